#include "moving/staged_partitions.hpp"

#include "catalog/citus.hpp"
#include "catalog/provenance.hpp"
#include "ddl/owner_scope.hpp"
#include "log/progress.hpp"
#include "moving/fan.hpp"
#include "moving/row_reader.hpp"
#include "moving/shard_transfer.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

namespace
{

// TRUNCATE fires triggers of users, and a table that foreign keys refer to refuses it.
bool may_truncate(Oid relation)
{
    const pg::Relation table(relation, NoLock);
    const TriggerDesc *triggers = table->trigdesc;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++)
    {
        const Trigger &trigger = triggers->triggers[i];
        if (TRIGGER_FOR_TRUNCATE(trigger.tgtype) || pg::call(RI_FKey_trigger_type, trigger.tgfoid) == RI_TRIGGER_PK)
            return false;
    }
    return true;
}

} // namespace

bool can_stage(const ShownSet &set)
{
    const core::Codec codec = set.config.codec();
    return blueprint_of(set.stored, set.parent, codec).can_stage();
}

StagedPartitions::StagedPartitions(const ShownSet &set, std::vector<Wanted> wanted)
    : set_(set), codec_(set.config.codec()), blueprint_(blueprint_of(set.stored, set.parent, codec_)),
      wanted_(std::move(wanted)), by_sql_(catalog::is_distributed(set.parent.oid))
{
    const std::string schema = partition_schema(set.stored, set.parent);
    for (const Wanted &one : wanted_)
    {
        statements_.push_back(blueprint_.create_staged(one.name, one.range));
        ddl::run(set.parent, statements_.back().table);
        tables_.push_back(pg::find_relation(schema, one.name));
        if (by_sql_)
            distribute(set.parent, tables_.back());
    }
}

std::uint64_t StagedPartitions::load(Oid default_partition, KeyWindows windows, bool everything,
                                     std::optional<int> milliseconds)
{
    if (by_sql_)
        return load_by_sql(default_partition);
    truncate_ = everything && may_truncate(default_partition);
    std::uint64_t moved = 0;
    std::uint64_t left = 0;
    {
        const ddl::OwnerScope owner{set_.parent};
        RowReader rows{default_partition, tables_.front(), {}};
        if (milliseconds)
            rows.hurry(*milliseconds);
        Fan fan{tables_, std::move(windows), RowKey{set_.parent, tables_.front()}, truncate_};
        pg::call([&] {
            while (TupleTableSlot *row = rows.next())
            {
                if (!fan.put(row))
                {
                    left++;
                    continue;
                }
                moved++;
                log::count_row();
                if (!truncate_)
                    rows.remove();
            }
        });
        fan.finish();
    }
    if (truncate_ && left > 0)
        throw std::logic_error(
            "rows of the default partition have no place in the partitions that were made for them");
    pg::call(CommandCounterIncrement);
    return moved;
}

std::uint64_t StagedPartitions::load_by_sql(Oid default_partition) const
{
    const ddl::ShardScope shards{set_.parent.oid};
    const ddl::OwnerScope owner{set_.parent};
    std::uint64_t moved = 0;
    for (std::size_t i = 0; i < wanted_.size(); i++)
    {
        const std::uint64_t rows = move_rows(
            {default_partition, tables_[i], {}, ddl::bound_condition(set_.parent, wanted_[i].range, codec_)});
        log::set_rows(log::shown_rows() + rows);
        moved += rows;
    }
    return moved;
}

void StagedPartitions::attach(Oid default_partition)
{
    const std::string source = pg::qualified_name(default_partition);
    std::string exclude;
    std::string include;
    if (truncate_)
        ddl::run(set_.parent, {{"TRUNCATE ONLY " + source}});
    else if (wanted_.size() > 1)
    {
        // ATTACH looks for rows of its range in the default partition: one scan for all of them instead.
        for (std::size_t i = 0; i < wanted_.size(); i++)
        {
            const std::string name = "pg_strata_moved_" + std::to_string(i);
            const std::string comma = i == 0 ? " " : ", ";
            exclude += comma + "ADD CONSTRAINT " + name + " CHECK (NOT " +
                       ddl::bound_condition(set_.parent, wanted_[i].range, codec_) + ")";
            include += comma + "DROP CONSTRAINT " + name;
        }
        ddl::run(set_.parent, {{"ALTER TABLE " + source + exclude}});
    }
    for (const ddl::Blueprint::Staged &partition : statements_)
        ddl::run(set_.parent, partition.attach);
    if (!include.empty())
        ddl::run(set_.parent, {{"ALTER TABLE " + source + include}});
    catalog::record(set_.parent.oid, tables_, core::Provenance::made);
}

} // namespace strata::moving
