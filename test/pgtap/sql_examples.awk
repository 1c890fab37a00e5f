# Turns the ```sql blocks of a document into a script that runs each and reports it to TAP.  Blocks after a line
# `<!-- needs X -->` are left out; with -v only=X they are all that there is.
function report() { printf "\\o\nSELECT pass('%s, line %d');\n", name, begin }

BEGIN { skip = only != "" }
/^<!-- needs .* -->$/ { skip = $3 != only; next }
/^```sql$/ && !inside { inside = 1; begin = FNR; if (!skip) print "\\o /dev/null"; next }
/^```$/ && inside { if (!skip) report(); inside = 0; skip = only != ""; next }
inside && !skip { print }
