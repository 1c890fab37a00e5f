#include "moving/sub_partition.hpp"

#include "catalog/anchor.hpp"
#include "catalog/follow.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "catalog/unlocked.hpp"
#include "clock.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/retire.hpp"
#include "features/bounded_set.hpp"
#include "features/create_partitions.hpp"
#include "features/partition_size.hpp"
#include "features/showing_set.hpp"
#include "features/stray_rows.hpp"
#include "locks/acquire.hpp"
#include "locks/glance.hpp"
#include "locks/wants.hpp"
#include "moving/batch.hpp"
#include "moving/inserter.hpp"
#include "moving/row_reader.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

namespace
{

using core::Error;
using core::ErrorKind;

// A partition that is to be partitioned itself.
struct Child
{
    core::Partition partition;
    std::string bound;     // where the set lists values or is by hash, as after FOR VALUES
    Oid rows = InvalidOid; // the table as it was, under another name, while it has rows
};

std::string aside(Oid relation)
{
    const catalog::NamesInSchema names{pg::schema_of(relation)};
    return pg::quote_ident(core::free_name(pg::relation_name(relation) + "_rows",
                                           [&names](std::string_view name) { return names.taken(name); }));
}

// The names of the table and of its indexes are for the one that takes its place.
std::vector<ddl::Statement> make_room(Oid table)
{
    std::vector<ddl::Statement> statements;
    const pg::Relation relation(table, NoLock);
    List *indexes = pg::call(RelationGetIndexList, relation.get());
    for (int i = 0; i < list_length(indexes); i++)
    {
        const Oid index = list_nth_oid(indexes, i);
        statements.push_back({"ALTER INDEX " + pg::qualified_name(index) + " RENAME TO " + aside(index)});
    }
    statements.push_back({"ALTER TABLE " + pg::qualified_name(table) + " RENAME TO " + aside(table)});
    return statements;
}

class Conversion
{
public:
    Conversion(const SubPartitioning &wanted, const Rebuilds *rebuilds)
        : set_(wanted.set), parent_(wanted.parent), level_(wanted.level), rebuilds_(rebuilds),
          budget_(locks::budget(set_.lock_timeout, set_.lock_retries))
    {}

    void run()
    {
        choose_left();
        const std::vector<Oid> seen = find_children();
        if (!plain_.empty())
        {
            lock(seen);
            if (find_children() != seen)
                throw Error{ErrorKind::object_in_use,
                            "the partitions of table " + parent_.quoted() + " have changed meanwhile",
                            "Another session has made or removed one.", "Call the function again."};
            replace();
        }
        for (const core::Partition &child : partitioned_)
            manage(child);
    }

private:
    std::vector<Oid> find_children()
    {
        plain_.clear();
        partitioned_.clear();
        const locks::Glance glance{parent_.oid, budget_};
        core::SetState state =
            is_bounded(set_) ? catalog::read_unlocked_values(parent_).state : catalog::read_partitions(parent_);
        catalog::add_names(state);
        catalog::add_provenance(state, parent_);
        default_ = state.default_partition ? state.default_partition->oid : InvalidOid;
        std::vector<Oid> plain;
        for (core::Partition &partition : state.partitions)
        {
            const char kind = pg::call(get_rel_relkind, static_cast<Oid>(partition.oid));
            if (kind == RELKIND_PARTITIONED_TABLE)
                partitioned_.push_back(std::move(partition));
            else if (kind == RELKIND_RELATION && !left_.contains(partition.oid))
            {
                plain.push_back(partition.oid);
                plain_.push_back({std::move(partition), is_bounded(set_) ? bound_of(plain.back()) : ""});
            }
        }
        return plain;
    }

    // Those that would keep writers waiting for long while their rows are moved.
    void choose_left()
    {
        if (rebuilds_ == nullptr)
            return;
        find_children();
        for (const Child &child : plain_)
        {
            const Oid table = child.partition.oid;
            if (child.partition.provenance == core::Provenance::foreign || child.partition.held ||
                child.partition.asked || size_of(table).bytes.value_or(0) <= large_default ||
                !catalog::has_rows(table) || !rebuilds_->why_not_convertible({parent_, set_}, table).empty())
                continue;
            left_.insert(table);
            pg::notice("partition " + pg::qualified_name(table) + " gets its sub-partitions by maintenance",
                       "It is large: nobody who uses it waits while its rows are moved.");
        }
    }

    // Without the words before it.
    static std::string bound_of(Oid partition)
    {
        constexpr std::string_view words = "FOR VALUES ";
        const ddl::FixedSettings settings;
        return catalog::shown_bound(partition).substr(words.size());
    }

    void lock(const std::vector<Oid> &children) const
    {
        const locks::Wants wants =
            locks::to_retire(parent_.oid, default_, children, locks::Leaves::detached_and_dropped);
        locks::acquire(wants.parent, wants.others, budget_);
    }

    void replace()
    {
        const bool referenced = locks::detaches_before_drop(parent_.oid);
        for (Child &child : plain_)
            take_out(child, referenced);
        std::map<std::string, std::vector<const Child *>> by_schema;
        for (const Child &child : plain_)
            by_schema[child.partition.schema].push_back(&child);
        for (const auto &[schema, children] : by_schema)
        {
            catalog::StoredSet there = set_;
            if (schema != parent_.schema)
                there.partition_schema = schema;
            std::vector<core::Action> actions;
            for (const Child *child : children)
                actions.push_back(planned(*child));
            const std::vector<Created> made = create_partitions(there, parent_, wanted_of(actions));
            for (std::size_t i = 0; i < children.size(); i++)
            {
                keep_provenance(children[i]->partition, made.at(i).oid);
                if (OidIsValid(children[i]->rows))
                    move_rows(*children[i], made.at(i).oid);
            }
        }
    }

    // Nobody else can reach the table now; without rows nothing is lost with it.
    void take_out(Child &child, bool referenced) const
    {
        const core::Partition &partition = child.partition;
        if (!catalog::has_rows(partition.oid))
        {
            const catalog::OwnDrop own_drop;
            ddl::RetireOptions drop;
            drop.how = ddl::Retire::drop;
            drop.detach_before_drop = referenced;
            ddl::run(parent_, ddl::retire(parent_, partition.oid, drop));
        }
        else
        {
            if (is_published(parent_.oid))
                throw Error{ErrorKind::object_in_use,
                            "cannot move the rows of partition " + pg::qualified_name(partition.oid) +
                                ", which is published",
                            "Subscribers would get them a second time.",
                            "Take table " + parent_.quoted() + " out of its publications first."};
            child.rows = partition.oid;
            ddl::RetireOptions detach;
            detach.keep_publication = true;
            std::vector<ddl::Statement> statements = ddl::retire(parent_, partition.oid, detach);
            for (ddl::Statement &statement : make_room(partition.oid))
                statements.push_back(std::move(statement));
            ddl::run(parent_, statements);
        }
        catalog::forget({static_cast<Oid>(partition.oid)});
    }

    // The same partition again, with what belongs below it.
    core::Action planned(const Child &child) const
    {
        core::Action action;
        action.schema = child.partition.schema;
        action.name = child.partition.name;
        action.range = child.partition.range;
        action.bound = child.bound;
        core::Level rules = level_.rules;
        if (OidIsValid(child.rows) && rules.is_stepped() && core::axis_of(rules.config.key) == core::Axis::number &&
            !rules.newest_value)
            rules.newest_value = catalog::newest_value(child.rows, level_.parent);
        std::vector<core::Action> actions{std::move(action)};
        core::plan_below(actions, {rules}, now(), catalog::NamesInSchema{pg::find_schema(child.partition.schema)});
        return std::move(actions.front());
    }

    // What was ours stays ours, and what was somebody else's, too.
    void keep_provenance(const core::Partition &before, Oid made) const
    {
        if (before.provenance == core::Provenance::made)
            return;
        catalog::forget({made});
        if (before.provenance == core::Provenance::adopted)
            catalog::record(parent_.oid, {made}, core::Provenance::adopted);
    }

    void move_rows(const Child &child, Oid target) const
    {
        const std::uint64_t moved =
            level_.rules.is_stepped()
                ? Batch{read_set(*catalog::find_set(target)), child.rows, {}, budget_}.move_all()
                : put_all(child.rows, target);
        ddl::run(parent_, {{"DROP TABLE " + pg::qualified_name(child.rows)}});
        pg::notice(std::to_string(moved) + " rows of table " + pg::qualified_name(target) +
                   " were moved into its sub-partitions");
    }

    // Every row has a place: by its remainder, or in the default partition.
    std::uint64_t put_all(Oid source, Oid target) const
    {
        const ddl::OwnerScope owner{parent_};
        RowReader rows{source, target, {}};
        Inserter inserter{target, Inserter::References::checked, Inserter::Visible::to_all_snapshots};
        std::uint64_t moved = 0;
        pg::call([&] {
            while (TupleTableSlot *row = rows.next())
            {
                CHECK_FOR_INTERRUPTS();
                inserter.put(row);
                moved++;
            }
        });
        inserter.finish();
        pg::call(CommandCounterIncrement);
        return moved;
    }

    // A partition that somebody has partitioned already.
    void manage(const core::Partition &child) const
    {
        const Oid table = child.oid;
        if (catalog::find_set(table))
            return;
        catalog::Parent parent = catalog::read_parent(table);
        if (parent.expression_key || parent.key_column != level_.set.control ||
            parent.strategy != level_.parent.strategy)
            throw Error{ErrorKind::invalid_definition,
                        "partition " + parent.quoted() + " is already partitioned in another way",
                        "Its partition key is " + parent.key_text() + ".",
                        "All partitions of a set are partitioned alike: detach this one, or pass its column."};
        parent.key = level_.parent.key;
        if (!pg::call(has_subclass, table))
        {
            std::vector<core::Action> actions(1);
            actions.front().schema = parent.schema;
            actions.front().name = parent.name;
            actions.front().range = child.range;
            core::plan_below(actions, {level_.rules}, now(), catalog::NamesInSchema{parent.schema_oid});
            const core::Branch &branch = *actions.front().branch;
            const catalog::StoredSet set = set_of_level(level_, root_of(set_), table, branch);
            catalog::insert_set(set);
            create_first_partitions(set, parent, wanted_of(branch.partitions), branch.default_table);
            return;
        }
        catalog::insert_set(set_below(level_, set_, parent));
    }

    const catalog::StoredSet &set_;
    const catalog::Parent &parent_;
    const SetLevel &level_;
    const Rebuilds *rebuilds_; // none: nothing is left to maintenance
    locks::Budget budget_;
    std::set<Oid> left_;
    Oid default_ = InvalidOid;
    std::vector<Child> plain_;
    std::vector<core::Partition> partitioned_;
};

} // namespace

bool create_sub_partitions(SubRequest request, const char *function, const Rebuilds &rebuilds)
{
    pg::refuse_read_only(function);
    const bool at_once = request.at_once;
    const SubPartitioning wanted = read_request(std::move(request));
    catalog::insert_level(wanted.level.stored);
    Conversion{wanted, at_once || !wanted.set.automatic() ? nullptr : &rebuilds}.run();
    return true;
}

} // namespace strata::moving
