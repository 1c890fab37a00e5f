#include "features/cleanup.hpp"

#include "catalog/claim.hpp"
#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/provenance.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "features/template.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata
{

namespace
{

Oid owner_of(const catalog::StoredSet &set)
{
    if (!catalog::is_orphan(set))
        return pg::owner_of(set.parent);
    return set.owner_role ? pg::find_role(*set.owner_role) : InvalidOid;
}

void forget_template(const std::string &text, const catalog::StoredSet &set)
{
    const Oid found = catalog::find_dotted(text);
    if (!OidIsValid(found))
    {
        pg::warning("Template table not found: " + text, "It was dropped or renamed before.");
        return;
    }
    if (drop_template(found, owner_of(set), catalog::is_orphan(set) ? InvalidOid : set.parent,
                      locks::budget(set.lock_timeout, set.lock_retries)))
        pg::notice("Template table dropped: " + text);
    else
        pg::warning("Template table not dropped: " + text,
                    "It belongs to role \"" + pg::role_name(pg::owner_of(found)) +
                        "\", not to the owner of the set.",
                    "Drop it by hand if nothing needs it any more.");
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
        forget_template(*stored->template_table, *stored);
}

} // namespace strata
