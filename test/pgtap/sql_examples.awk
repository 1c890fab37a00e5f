# Turns the ```sql blocks of a document into a script that runs each and reports it to TAP.  Blocks after a line
# `<!-- needs ... -->` are left out.
function report() { printf "\\o\nSELECT pass('%s, line %d');\n", name, begin }

/^<!-- needs .* -->$/ { skip = 1; next }
/^```sql$/ && !inside { inside = 1; begin = FNR; if (!skip) print "\\o /dev/null"; next }
/^```$/ && inside { if (!skip) report(); inside = 0; skip = 0; next }
inside && !skip { print }
