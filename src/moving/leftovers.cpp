#include "moving/leftovers.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/extension.hpp"
#include "catalog/probe.hpp"
#include "features/template.hpp"

namespace strata::moving
{

void mark_undo_begun(const UndoSet &set)
{
    if (!set.stored.undo_in_progress)
        catalog::set_undo_in_progress(set.parent.oid, true);
}

void forget_undone(const UndoSet &set)
{
    catalog::delete_set(set.stored.parent_table);
    const auto &name = set.stored.template_table;
    if (!name || catalog::is_template(*name))
        return;
    const Oid table = catalog::find_dotted(*name);
    if (OidIsValid(table))
        drop_template(table, set.parent.owner, set.parent.oid,
                      locks::budget(set.stored.lock_timeout, set.stored.lock_retries));
}

} // namespace strata::moving
