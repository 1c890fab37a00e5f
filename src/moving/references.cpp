#include "moving/references.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

namespace
{

bool in_set(Oid table, const catalog::Parent &parent)
{
    return table == parent.oid ||
           pg::call([&] { return list_member_oid(get_partition_ancestors(table), parent.oid); });
}

} // namespace

std::vector<Reference> references_to(const catalog::Parent &parent, Oid partition)
{
    std::vector<Reference> found;
    const pg::Relation relation(partition, AccessShareLock);
    const TriggerDesc *triggers = relation->trigdesc;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++)
    {
        const Trigger &trigger = triggers->triggers[i];
        const bool known = std::any_of(found.begin(), found.end(), [&](const Reference &reference) {
            return reference.constraint == trigger.tgconstraint;
        });
        if (!known && pg::call(RI_FKey_trigger_type, trigger.tgfoid) == RI_TRIGGER_PK &&
            !in_set(trigger.tgconstrrelid, parent))
            found.push_back({trigger.tgconstraint, trigger.tgconstrrelid});
    }
    return found;
}

void refuse_referenced(const catalog::Parent &parent, Oid partition, const std::vector<Reference> &references)
{
    if (references.empty())
        return;
    const ddl::StatementScope scope{parent};
    const pg::Relation referenced(partition, AccessShareLock);
    for (const Reference &reference : references)
    {
        const pg::Relation referring(reference.table, ShareLock);
        // As DETACH PARTITION asks.
        Trigger trigger{};
        trigger.tgenabled = TRIGGER_FIRES_ON_ORIGIN;
        trigger.tgisinternal = true;
        trigger.tgconstrrelid = partition;
        trigger.tgconstraint = reference.constraint;
        pg::call([&] {
            trigger.tgname = get_constraint_name(reference.constraint);
            RI_PartitionRemove_Check(&trigger, referring.get(), referenced.get());
        });
    }
}

} // namespace strata::moving
