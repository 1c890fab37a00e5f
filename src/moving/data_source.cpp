#include "moving/data_source.hpp"

#include "catalog/dotted_name.hpp"
#include "core/error.hpp"
#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

namespace
{

using core::Error;
using core::ErrorKind;

void check_kind(const ShownSet &set, KeyKind kind)
{
    const bool time = core::is_time(core::axis_of(set.config.key));
    if (time == (kind == KeyKind::time))
        return;
    throw Error{ErrorKind::wrong_object_type,
                time ? "table " + set.stored.parent_table + " is partitioned by time, not by id"
                     : "table " + set.stored.parent_table + " is partitioned by id, not by time",
                "Its control column is \"" + set.stored.control + "\".",
                time ? "Call partition_data_time()." : "Call partition_data_id()."};
}

void check_source_owner(Oid table)
{
    if (pg::has_role(GetUserId(), pg::owner_of(table)))
        return;
    throw Error{ErrorKind::insufficient_privilege, "must be owner of table " + pg::qualified_name(table),
                "Rows are taken out of it without regard to its policies and triggers.",
                "Let its owner, or a member of that role, call the function."};
}

// Rows that others refer to would leave these references behind.
void check_not_referenced(Oid table)
{
    const pg::Relation source(table, AccessShareLock);
    const TriggerDesc *triggers = source->trigdesc;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++)
        if (pg::call(RI_FKey_trigger_type, triggers->triggers[i].tgfoid) == RI_TRIGGER_PK)
            throw Error{ErrorKind::foreign_key_violation,
                        "cannot move rows out of table " + pg::qualified_name(table) +
                            ", which a foreign key refers to",
                        "Table " + pg::qualified_name(triggers->triggers[i].tgconstrrelid) + " refers to it.",
                        "Drop that foreign key first, and let it refer to the partitioned table afterwards."};
}

Oid named_source(const ShownSet &set, const std::string &name)
{
    const Oid table = catalog::find_dotted(name);
    if (!OidIsValid(table))
        throw Error{ErrorKind::undefined_table, "p_source_table does not exist: " + name,
                    "There is no table of that schema and name.", "Give the name as schema.table, without quotes."};
    if (table == set.parent.oid)
        throw Error{ErrorKind::invalid_argument, "p_source_table is the partitioned table itself: " + name,
                    "It stores no rows of its own.", "Leave p_source_table out to empty the default partition."};
    if (set.state.default_partition && table == set.state.default_partition->oid)
        throw Error{ErrorKind::invalid_argument, "p_source_table is the default partition of the set: " + name,
                    "Its rows are moved when no source is named.", "Leave p_source_table out."};
    for (const core::Partition &partition : set.state.partitions)
        if (partition.oid == table)
            throw Error{ErrorKind::invalid_argument, "p_source_table is a partition of the set: " + name,
                        "Its rows are where they belong.", "Name a table that is not part of the set."};
    check_source_owner(table);
    check_not_referenced(table);
    return table;
}

} // namespace

DataSource find_source(const char *function, std::optional<KeyKind> kind, const DataRequest &request)
{
    pg::refuse_read_only(function);
    ShownSet set = read_set_within(request.parent_table, request.lock_wait);
    catalog::check_owner(set.parent);
    if (kind)
        check_kind(set, *kind);
    is_descending(request.order);
    if (request.source_table)
    {
        const Oid table = named_source(set, *request.source_table);
        return {std::move(set), table, false};
    }
    const Oid table = set.state.default_partition ? set.state.default_partition->oid : InvalidOid;
    if (request.batch_interval && *request.batch_interval != set.config.step)
        throw Error{ErrorKind::invalid_argument,
                    "If any interval smaller than the partition interval must be used for moving data out of the "
                    "default, please use the partition_data_async() procedure.",
                    "A partition can be attached only when the default partition has none of its rows.",
                    "Leave p_batch_interval out."};
    return {std::move(set), table, true};
}

ShownSet read_set_within(const std::optional<std::string> &parent_table, double lock_wait)
{
    catalog::StoredSet stored = managed_set(parent_table);
    const locks::Glance glance{stored.parent, budget_for(stored, lock_wait)};
    return read_set(std::move(stored));
}

bool is_descending(const std::optional<std::string> &order)
{
    if (order == "ASC" || order == "DESC")
        return order == "DESC";
    throw Error{ErrorKind::invalid_argument, "Invalid value for p_order. Must be ASC or DESC",
                "It is " + (order ? "\"" + *order + "\"." : std::string("null.")), "Write it in upper case."};
}

locks::Budget budget_for(const catalog::StoredSet &set, double lock_wait)
{
    locks::Budget budget = locks::budget(set.lock_timeout, set.lock_retries);
    if (lock_wait > 0)
        budget.retries =
            static_cast<int>(std::clamp(lock_wait * 1000 / std::max(budget.timeout_ms, 1), 5.0, 100000.0));
    return budget;
}

} // namespace strata::moving
