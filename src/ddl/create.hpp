#pragma once

#include "core/codec.hpp"
#include "core/range.hpp"
#include "ddl/recipe.hpp"
#include "ddl/statement.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::ddl
{

// The name of the CHECK of its bounds that a table has until it is a partition.
inline constexpr const char *bounds_check = "pg_strata_bounds";

// Everything that new partitions of one set take over from the parent and the template table, read once for all of
// them. The caller holds a lock on the parent.
class Blueprint
{
public:
    // template_table: InvalidOid when the set has none.  schema: where the partitions go.  The codec writes the
    // bounds and must outlive the blueprint.  Throws 42501 when neither the parent's owner nor the caller may make
    // tables in the schema.
    Blueprint(const catalog::Parent &parent, const core::Codec &codec, Oid template_table, std::string schema);
    // The same for bounds that are given as text only.
    Blueprint(const catalog::Parent &parent, Oid template_table, std::string schema);
    ~Blueprint();
    Blueprint(const Blueprint &) = delete;
    Blueprint &operator=(const Blueprint &) = delete;

    Recipe recipe(bool parent_has_partitions) const;

    // partition_key: what follows PARTITION BY where the partition is to have partitions itself; empty for a plain
    // table.
    std::vector<Statement> create(const std::string &name, const core::Range &range, Recipe recipe,
                                  const std::string &partition_key = {}) const;
    // `bound`: FOR VALUES ..., or DEFAULT.
    std::vector<Statement> create_bounded(const std::string &name, const std::string &bound, Recipe recipe,
                                          const std::string &partition_key = {}) const;
    std::vector<Statement> create_default(const std::string &name, Recipe recipe) const;

    // A partition that gets its rows before it is attached: without indexes, and with a CHECK of its bounds, so
    // that ATTACH need not read them.  Only where the owner may create tables.
    struct Staged
    {
        std::vector<Statement> table;
        std::vector<Statement> attach; // and everything that a partition has besides
    };
    bool can_stage() const;
    Staged create_staged(const std::string &name, const core::Range &range) const;
    // The same with all its indexes from the beginning, for any bounds: what stands behind ATTACH PARTITION, and
    // the condition that rows fulfil by it; empty: none, for a default partition.
    struct Bounds
    {
        std::string clause;
        std::string condition;
    };
    Staged create_loaded(const std::string &name, const Bounds &bounds,
                         const std::string &partition_key = {}) const;
    // Everything that a partition has besides its columns, constraints and indexes, for one that has nothing of
    // that yet.
    std::vector<Statement> complete(const std::string &name) const;

private:
    Blueprint(const catalog::Parent &parent, const core::Codec *codec, Oid template_table, std::string schema);
    struct Facts;
    Staged apart(const std::string &name, const Bounds &bounds, bool indexed,
                 const std::string &partition_key) const;
    std::vector<Statement> statements(const std::string &name, const std::string &bound, Recipe recipe,
                                      const std::string &partition_key) const;

    std::unique_ptr<const Facts> facts_;
};

// The columns of a range key behind the leading one.
std::vector<std::string> further_key_columns(const catalog::Parent &parent);

// `("key" IS NOT NULL AND "key" >= ... AND "key" < ...)`: what a partition of this range holds, by the leading
// column of the key; none of the others is NULL there, either.
std::string bound_condition(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec);

// `FOR VALUES FROM (...) TO (...)`; columns of the key behind the leading one are unbounded.
std::string bound_clause(const core::Range &range, const core::Codec &codec, int key_columns);

// Both of them.
Blueprint::Bounds bounds_of(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec);

} // namespace strata::ddl
