#include "features/cleanup.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/provenance.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

void drop_template(const std::string &text)
{
    const Oid found = catalog::find_dotted(text);
    if (!OidIsValid(found))
    {
        pg::warning("Template table not found: " + text, "It was dropped or renamed before.");
        return;
    }
    pg::utility("DROP TABLE " + pg::qualified_name(found));
    pg::notice("Template table dropped: " + text);
}

// Whether there was a row that the caller may delete.
bool delete_row(const char *table, const char *key, const std::string &parent_table)
{
    const auto rows =
        pg::execute("DELETE FROM " + catalog::own_table(table) + " WHERE " + key + " OPERATOR(pg_catalog.=) $1",
                    {pg::Param::text(parent_table)});
    if (rows > 0)
        pg::notice(std::string("Configuration deleted from ") + table + ": " + parent_table);
    return rows > 0;
}

} // namespace

void config_cleanup(const std::string &parent_table, const Cleanup &what)
{
    pg::refuse_read_only("config_cleanup");
    const auto stored = catalog::find_set(parent_table);
    if (!stored)
        throw core::Error{core::ErrorKind::undefined_object,
                          "No configuration found in pg_partman for given parent table: " + parent_table,
                          "There is no row for it in partman.part_config.",
                          "Give the name as schema.table, without quotes."};
    const pg::Spi spi;
    // The rows first: their trigger refuses who is not the owner, before anything is dropped.
    if (what.config_sub)
        delete_row("part_config_sub", "sub_parent", parent_table);
    if (what.config && delete_row("part_config", "parent_table", parent_table) && OidIsValid(stored->parent))
        catalog::forget_set(stored->parent);
    if (what.template_table && stored->template_table)
        drop_template(*stored->template_table);
}

} // namespace strata
