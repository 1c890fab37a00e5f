#include "features/create_partitions.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/create.hpp"
#include "ddl/schema_rights.hpp"
#include "features/template.hpp"
#include "locks/acquire.hpp"
#include "locks/wants.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

core::Codec codec_of(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    return catalog::to_config(set, parent).codec();
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
    Maker(const catalog::StoredSet &set, const catalog::Parent &parent)
        : schema_(partition_schema(set, parent)), codec_(codec_of(set, parent)),
          budget_(locks::budget(set.lock_timeout, set.lock_retries))
    {
        bound_.set("lock_timeout", std::to_string(budget_.timeout_ms));
        lock(parent);
        // Whatever was read before the lock may be old.
        parent_ = catalog::read_parent(parent.oid);
        parent_.key = codec_.key();
        state_ = catalog::read_partitions(parent_);
        blueprint_.emplace(parent_, codec_, template_of(set), schema_);
        recipe_ = blueprint_->recipe(may_have_partitions_);
    }

    bool has_default() const { return state_.default_partition.has_value(); }

    std::optional<Created> make(const Wanted &wanted)
    {
        if (exists(wanted.range))
            return std::nullopt;
        std::string const name = free_name(wanted.name);
        run(blueprint_->create(name, wanted.range, recipe_), wanted.range);
        return record(name, wanted.range);
    }

    Created make_default()
    {
        std::string const name = free_name(core::default_partition_name(parent_.name));
        ddl::run(parent_, blueprint_->create_default(name, recipe_));
        return record(name, core::Range::full());
    }

    void remember() const { catalog::record(parent_.oid, made_, core::Provenance::made); }

private:
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

    bool exists(const core::Range &range) const
    {
        for (const core::Partition &partition : state_.partitions)
        {
            if (partition.range == range)
                return true;
            if (core::overlaps(partition.range, range))
                throw core::Error{core::ErrorKind::invalid_definition,
                                  "partition " + core::range_text(range, codec_) + " would overlap partition \"" +
                                      catalog::name_of(partition.oid) + "\"",
                                  "Partition \"" + catalog::name_of(partition.oid) + "\" of table " +
                                      parent_.quoted() + " is " + core::range_text(partition.range, codec_) + ".",
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
            if (error.sqlstate() != ERRCODE_CHECK_VIOLATION || !has_default())
                throw;
            throw core::Error{
                core::ErrorKind::check_violation, error.message(),
                "Rows of the range " + core::range_text(range, codec_) + " are in the default partition " +
                    pg::qualified_name(state_.default_partition->oid) + ".",
                "Move these rows out of the default partition first; ranges without rows there can be "
                "made at any time."};
        }
    }

    Created record(const std::string &name, const core::Range &range)
    {
        Oid const oid = pg::find_relation(schema_, name);
        made_.push_back(oid);
        return {oid, name, range};
    }

    std::string schema_;
    core::Codec codec_;
    locks::Budget budget_;
    pg::Settings bound_; // how long a lock that could not be foreseen may be waited for
    bool may_have_partitions_ = true;
    catalog::Parent parent_;
    core::SetState state_;
    std::optional<ddl::Blueprint> blueprint_;
    ddl::Recipe recipe_ = ddl::Recipe::attach;
    std::vector<Oid> made_;
};

} // namespace

SetUp create_first_partitions(const catalog::StoredSet &set, const catalog::Parent &parent,
                              const std::vector<Wanted> &wanted, bool with_default)
{
    Maker maker{set, parent};
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
    Maker maker{set, parent};
    std::vector<Created> made;
    for (const Wanted &one : wanted)
        if (auto created = maker.make(one))
            made.push_back(std::move(*created));
    return made;
}

std::string partition_schema(const catalog::StoredSet &set, const catalog::Parent &parent)
{
    return set.partition_schema.value_or(parent.schema);
}

ddl::Blueprint blueprint_of(const catalog::StoredSet &set, const catalog::Parent &parent, const core::Codec &codec)
{
    return {parent, codec, template_of(set), partition_schema(set, parent)};
}

std::vector<std::string> creation_statements(const catalog::StoredSet &set, const catalog::Parent &parent,
                                             const Wanted &wanted)
{
    core::Codec const codec = codec_of(set, parent);
    ddl::Blueprint const blueprint = blueprint_of(set, parent, codec);
    std::vector<std::string> texts;
    for (ddl::Statement &statement :
         blueprint.create(wanted.name, wanted.range, blueprint.recipe(may_have_partitions(parent.oid))))
        texts.push_back(std::move(statement.sql));
    return texts;
}

} // namespace strata
