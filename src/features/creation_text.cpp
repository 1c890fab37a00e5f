#include "features/creation_text.hpp"

#include "core/partition_name.hpp"
#include "features/bounded_set.hpp"
#include "features/levels.hpp"
#include "features/template.hpp"
#include "pg/guard.hpp"

namespace strata
{

namespace
{

std::vector<std::string> texts_of(std::vector<ddl::Statement> statements)
{
    std::vector<std::string> texts;
    for (ddl::Statement &statement : statements)
        texts.push_back(std::move(statement.sql));
    return texts;
}

// What is made below a table that may not be there yet: it is like the table above it.
class Texts
{
public:
    explicit Texts(const SetLevels &levels) : levels_(levels) {}

    void add(const catalog::StoredSet &set, const catalog::Parent &parent, const Wanted &wanted, std::size_t depth)
    {
        const std::string schema = partition_schema(set, parent);
        const bool has_partitions = depth == 0 && pg::call(has_subclass, parent.oid);
        const std::string key = wanted.branch ? partition_key(levels_.at(depth)) : std::string{};
        CreationText text{set.parent_table, schema + "." + wanted.name, wanted.bound, {}};
        if (is_bounded(set))
        {
            const ddl::Blueprint blueprint{parent, template_of(set), schema};
            text.statements = texts_of(blueprint.create_bounded(wanted.name, "FOR VALUES " + wanted.bound,
                                                                blueprint.recipe(has_partitions), key));
        }
        else
        {
            const core::Codec codec = catalog::to_config(set, parent).codec();
            const ddl::Blueprint blueprint = blueprint_of(set, parent, codec);
            text.bounds = core::range_text(wanted.range, codec);
            text.statements =
                texts_of(blueprint.create(wanted.name, wanted.range, blueprint.recipe(has_partitions), key));
        }
        texts_.push_back(std::move(text));
        if (wanted.branch)
            add_below(schema, wanted, depth);
    }

    std::vector<CreationText> take() { return std::move(texts_); }

private:
    void add_below(const std::string &schema, const Wanted &above, std::size_t depth)
    {
        catalog::Parent parent = levels_.at(depth).parent;
        parent.schema = schema;
        parent.name = above.name;
        catalog::StoredSet set = levels_.at(depth).set;
        set.parent_table = schema + "." + above.name;
        for (const Wanted &wanted : wanted_of(above.branch->partitions))
            add(set, parent, wanted, depth + 1);
        if (!above.branch->default_table)
            return;
        const ddl::Blueprint blueprint{parent, template_of(set), schema};
        const std::string name = core::default_partition_name(parent.name);
        texts_.push_back({set.parent_table, schema + "." + name, "DEFAULT",
                          texts_of(blueprint.create_default(name, blueprint.recipe(false)))});
    }

    const SetLevels &levels_;
    std::vector<CreationText> texts_;
};

} // namespace

std::vector<CreationText> creation_texts(const catalog::StoredSet &set, const catalog::Parent &parent,
                                         const Wanted &wanted)
{
    const SetLevels levels = wanted.branch ? levels_of(set, parent) : SetLevels{};
    Texts texts{levels};
    texts.add(set, parent, wanted, 0);
    return texts.take();
}

} // namespace strata
