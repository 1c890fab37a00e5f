#include "moving/leftovers.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/probe.hpp"
#include "ddl/statement.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

void mark_undo_begun(const ShownSet &set)
{
    if (!set.stored.undo_in_progress)
        catalog::set_undo_in_progress(set.parent.oid, true);
}

void forget_undone(const ShownSet &set)
{
    catalog::delete_set(set.stored.parent_table);
    const auto &name = set.stored.template_table;
    if (!name || catalog::is_template(*name))
        return;
    const Oid table = catalog::find_dotted(*name);
    // The name is the configuration's: only what belongs to the set's owner anyway goes with it.
    if (OidIsValid(table) && pg::has_role(set.parent.owner, pg::owner_of(table)))
        ddl::run(set.parent, {{"DROP TABLE " + pg::qualified_name(table)}});
}

} // namespace strata::moving
