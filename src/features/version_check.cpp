#include "features/version_check.hpp"

#include "pg/notice.hpp"
#include "pg/spi.hpp"

namespace strata
{

void warn_other_version()
{
    static bool looked = false;
    if (looked)
        return;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT default_version, installed_version"
                                    "  FROM pg_catalog.pg_available_extensions"
                                    " WHERE name OPERATOR(pg_catalog.=) 'pg_strata'",
                                    {}, true);
    looked = true;
    if (rows.empty() || rows.is_null(0, 0) || rows.is_null(0, 1))
        return;
    const std::string available = *rows.text(0, 0);
    const std::string installed = *rows.text(0, 1);
    if (available != installed)
        pg::warning("extension pg_strata has version " + installed +
                        " in this database, and the server has version " + available,
                    "Its files were replaced, but its objects were not updated.",
                    "ALTER EXTENSION pg_strata UPDATE;");
}

} // namespace strata
