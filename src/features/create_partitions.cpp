#include "features/create_partitions.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/create.hpp"
#include "ddl/schema_rights.hpp"
#include "features/bounded_set.hpp"
#include "features/overrides.hpp"
#include "features/template.hpp"
#include "locks/acquire.hpp"
#include "locks/room.hpp"
#include "locks/wants.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

std::optional<core::Codec> codec_of(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    return is_bounded(set) ? std::nullopt : std::optional{catalog::to_config(set, parent).codec()};
}

// False only for a table that has never had one.
bool may_have_partitions(Oid parent)
{
    return pg::call(has_subclass, parent);
}

// Makes partitions of one set one after another, under a lock on the parent that it takes first.
class Maker
{
public:
    // `depth`: how many of the levels are above the partitions that are made here.
    Maker(const catalog::StoredSet &set, const catalog::Parent &parent, const SetLevels &levels, std::size_t depth)
        : set_(set), levels_(levels), depth_(depth), schema_(partition_schema(set, parent)),
          codec_(codec_of(set, parent)), budget_(locks::budget(set.lock_timeout, set.lock_retries))
    {
        bound_.set("lock_timeout", std::to_string(budget_.timeout_ms));
        lock(parent);
        test_point("create.locked");
        // Whatever was read before the lock may be old.
        parent_ = catalog::read_parent(parent.oid);
        if (codec_)
        {
            parent_.key = codec_->key();
            state_ = catalog::read_partitions(parent_);
            blueprint_.emplace(parent_, *codec_, template_of(set), schema_);
        }
        else
            blueprint_.emplace(parent_, template_of(set), schema_);
        recipe_ = blueprint_->recipe(may_have_partitions_);
    }

    bool has_default() const
    {
        return codec_ ? state_.default_partition.has_value() : OidIsValid(parent_.default_partition);
    }

    std::optional<Created> make(const Wanted &wanted)
    {
        if (codec_ && exists(wanted.range))
            return std::nullopt;
        std::string const name = free_name(wanted.name);
        if (!wanted.branch)
        {
            run(statements(name, wanted, {}), wanted.range);
            return record(name, wanted.range);
        }
        if (levels_.size() <= depth_)
            throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                              "the sub-partitions of \"" + set_.parent_table + "\" have been stopped meanwhile",
                              "The plan was made before that.", "Try again."};
        run(statements(name, wanted, partition_key(levels_[depth_])), wanted.range);
        Created created = record(name, wanted.range);
        created.is_set = true;
        make_below(set_, levels_, depth_, created.oid, *wanted.branch);
        return created;
    }

    Created make_default()
    {
        std::string const name = free_name(core::default_partition_name(parent_.name));
        ddl::run(parent_, blueprint_->create_default(name, recipe_));
        return record(name, core::Range::full());
    }

    void remember() const { catalog::record(parent_.oid, made_, core::Provenance::made); }

private:
    std::vector<ddl::Statement> statements(const std::string &name, const Wanted &wanted,
                                           const std::string &partition_key) const
    {
        return codec_ ? blueprint_->create(name, wanted.range, recipe_, partition_key)
                      : blueprint_->create_bounded(name, "FOR VALUES " + wanted.bound, recipe_, partition_key);
    }

    // Below a parent that never had a partition nobody can have stored anything: if its strongest lock is free,
    // take it, since that makes PARTITION OF possible.
    void lock(const catalog::Parent &parent)
    {
        bool const strongest = !may_have_partitions(parent.oid) &&
                               ddl::schema_rights(parent, schema_) == ddl::SchemaRights::create &&
                               pg::call(ConditionalLockRelationOid, parent.oid, AccessExclusiveLock);
        auto const wants = strongest ? locks::to_create_directly(parent.oid, parent.default_partition)
                                     : locks::to_attach(parent.oid, parent.default_partition);
        locks::acquire(wants.parent, wants.others, budget_);
        // With the weaker lock the recipe is the one for a parent with partitions.
        may_have_partitions_ = !strongest || may_have_partitions(parent.oid);
    }

    std::string range_text(const core::Range &range) const { return core::range_text(range, *codec_); }

    bool exists(const core::Range &range) const
    {
        for (const core::Partition &partition : state_.partitions)
        {
            if (partition.range == range)
                return true;
            if (core::overlaps(partition.range, range))
                throw core::Error{core::ErrorKind::invalid_definition,
                                  "partition " + range_text(range) + " would overlap partition \"" +
                                      catalog::name_of(partition.oid) + "\"",
                                  "Partition \"" + catalog::name_of(partition.oid) + "\" of table " +
                                      parent_.quoted() + " is " + range_text(partition.range) + ".",
                                  "Partitions are made on the grid of the set: choose an interval and a start that "
                                  "fit those that "
                                  "are there."};
        }
        return false;
    }

    std::string free_name(const std::string &wanted) const
    {
        catalog::NamesInSchema const names{pg::find_schema(schema_)};
        return core::free_name(wanted, [&names](std::string_view name) { return names.taken(name); });
    }

    // Rows that belong to the new partition but are in the default one: the server says in which table, but not for
    // which range.
    void run(const std::vector<ddl::Statement> &statements, const core::Range &range) const
    {
        try
        {
            ddl::run(parent_, statements);
        }
        catch (const pg::Error &error)
        {
            if (error.sqlstate() != ERRCODE_CHECK_VIOLATION || !codec_ || !has_default())
                throw;
            throw core::Error{
                core::ErrorKind::check_violation, error.message(),
                "Rows of the range " + range_text(range) + " are in the default partition " +
                    pg::qualified_name(state_.default_partition->oid) + ".",
                "Move these rows out of the default partition first; ranges without rows there can be "
                "made at any time."};
        }
    }

    Created record(const std::string &name, const core::Range &range)
    {
        Oid const oid = pg::find_relation(schema_, name);
        test_point("create.made");
        made_.push_back(oid);
        return {.oid = oid, .name = name, .range = range};
    }

    const catalog::StoredSet &set_;
    const SetLevels &levels_;
    std::size_t depth_;
    std::string schema_;
    std::optional<core::Codec> codec_; // not of a set along which nothing is stepped
    locks::Budget budget_;
    pg::Settings bound_; // how long a lock that could not be foreseen may be waited for
    bool may_have_partitions_ = true;
    catalog::Parent parent_;
    core::SetState state_;
    std::optional<ddl::Blueprint> blueprint_;
    ddl::Recipe recipe_ = ddl::Recipe::attach;
    std::vector<Oid> made_;
};

SetLevels levels_for(const catalog::StoredSet &set, const catalog::Parent &parent,
                     const std::vector<Wanted> &wanted)
{
    bool const any = std::any_of(wanted.begin(), wanted.end(), [](const Wanted &one) { return one.branch; });
    return any ? levels_of(set, parent) : SetLevels{};
}

} // namespace

std::size_t locks_to_create(Oid parent, const std::vector<core::Action> &creates)
{
    std::size_t tables = 1;
    for (const core::Action &action : creates)
        tables = std::max(tables, core::tables_of(action));
    return tables * locks::locks_to_create(parent);
}

std::vector<Wanted> wanted_of(const std::vector<core::Action> &creates)
{
    std::vector<Wanted> wanted;
    wanted.reserve(creates.size());
    for (const core::Action &action : creates)
        wanted.push_back({action.range, action.name, action.branch, action.bound});
    return wanted;
}

SetUp create_first_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                              const std::vector<Wanted> &wanted, bool with_default)
{
    SetLevels const levels = levels_for(set, parent, wanted);
    Maker maker{set, parent, levels, 0};
    SetUp result;
    for (const Wanted &one : wanted)
        if (auto created = maker.make(one))
            result.partitions.push_back(std::move(*created));
    if (with_default && !maker.has_default())
        result.default_partition = maker.make_default();
    maker.remember();
    return result;
}

std::vector<Created> create_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                                       const std::vector<Wanted> &wanted)
{
    return create_first_partitions(set, parent, wanted, false).partitions;
}

std::vector<Created> create_unrecorded_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                                                  const std::vector<Wanted> &wanted)
{
    SetLevels const levels = levels_for(set, parent, wanted);
    Maker maker{set, parent, levels, 0};
    std::vector<Created> made;
    for (const Wanted &one : wanted)
        if (auto created = maker.make(one))
            made.push_back(std::move(*created));
    return made;
}

void make_below(const catalog::StoredSet &above, const SetLevels &levels, std::size_t level, Oid table,
                const core::Branch &branch)
{
    catalog::StoredSet const set = set_of_level(levels[level], root_of(above), table, branch);
    catalog::insert_set(set);
    if (levels.size() > level + 1)
        catalog::insert_level(level_below(levels[level + 1].stored, set.parent_table));
    Maker maker{set, catalog::read_parent(table), levels, level + 1};
    for (const Wanted &wanted : wanted_of(branch.partitions))
        maker.make(wanted);
    if (branch.default_table)
        maker.make_default();
    maker.remember();
    apply_overrides(set);
}

std::string partition_schema(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    return set.partition_schema.value_or(parent.schema);
}

catalog::NamesInSchema names_for(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    return catalog::NamesInSchema{pg::find_schema(partition_schema(set, parent))};
}

ddl::Blueprint blueprint_of(const catalog::StoredSet &set, const catalog::Parent &parent, const core::Codec &codec)
{
    return {parent, codec, template_of(set), partition_schema(set, parent)};
}

} // namespace strata
