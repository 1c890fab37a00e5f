#pragma once

#include "core/codec.hpp"
#include "core/range.hpp"
#include "ddl/statement.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::ddl
{

// partition_of takes ACCESS EXCLUSIVE on the parent and is the cheaper one; attach (LIKE, then ATTACH) takes SHARE
// UPDATE EXCLUSIVE and lets others read and write meanwhile.  The resulting partition is the same.
enum class Recipe
{
    partition_of,
    attach
};

struct RecipeFacts
{
    bool parent_has_partitions = true; // nobody can have stored anything below a parent without partitions
    bool caller_acts_as_owner = false; // false when the owner may not create in the schema and a superuser helps
};

Recipe choose_recipe(const RecipeFacts &facts);

// Everything that new partitions of one set take over from the parent and the template table, read once for all of
// them.
class Blueprint
{
public:
    // template_table: InvalidOid when the set has none.  schema: where the partitions go; empty: the parent's
    // schema. The codec writes the bounds and must outlive the blueprint.
    Blueprint(const catalog::Parent &parent, const core::Codec &codec, Oid template_table = InvalidOid,
              std::string schema = {});
    ~Blueprint();
    Blueprint(Blueprint &&) noexcept;

    std::vector<Statement> create(const std::string &name, const core::Range &range, Recipe recipe) const;
    std::vector<Statement> create_default(const std::string &name, Recipe recipe) const;

private:
    struct Facts;
    std::unique_ptr<Facts> facts_;
};

} // namespace strata::ddl
