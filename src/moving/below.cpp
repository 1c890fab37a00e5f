#include "moving/below.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/cover.hpp"
#include "core/plan.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_set.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "pg/guard.hpp"

namespace strata::moving
{

struct Below::Cell
{
    Oid table = InvalidOid;
    bool known = false;         // whether it has been looked at
    std::unique_ptr<Node> node; // none: it has no partitions that are ours to make
};

struct Below::Node
{
    ShownSet set;
    AttrNumber key = InvalidAttrNumber; // in the shape of the topmost table
    std::map<core::Range, Cell> cells;

    Cell *find(core::Coordinate value)
    {
        auto after = cells.upper_bound({core::Bound::at(value), core::Bound::plus_infinity()});
        if (after == cells.begin() || !std::prev(after)->first.contains(value))
            return nullptr;
        return &std::prev(after)->second;
    }
};

struct Below::Wish
{
    Node *node = nullptr;
    Cell *cell = nullptr; // to be looked at; none: to be made for the value
    core::Coordinate value = 0;
};

Below::Below(const ShownSet &top) : Below(top, top.parent.oid, false) {}

Below::Below(const ShownSet &top, Oid shape, bool top_too) : shape_(shape), top_too_(top_too), top_(node_of(top)) {}

Below::~Below() = default;

std::unique_ptr<Below::Node> Below::node_of(const ShownSet &set) const
{
    auto node = std::make_unique<Node>(Node{set, InvalidAttrNumber, {}});
    node->key = pg::call(get_attnum, shape_, set.parent.key_column.c_str());
    for (const core::Partition &partition : set.state.partitions)
        node->cells[partition.range].table = partition.oid;
    return node;
}

// Values without a place of their own are for the default partition.
bool Below::has_place(TupleTableSlot *row, Wish &wish) const
{
    for (Node *node = top_.get(); node != nullptr;)
    {
        bool isnull = false;
        const Datum value = slot_getattr(row, node->key, &isnull);
        const auto point = isnull ? std::nullopt : catalog::to_coordinate(value, *node->set.parent.key);
        if (!point || !node->set.config.codec().in_range(*point))
            return true;
        Cell *cell = node->find(*point);
        if (cell == nullptr && node == top_.get() && !top_too_)
            return true;
        if (cell == nullptr || !cell->known)
        {
            wish = {node, cell, *point};
            return false;
        }
        node = cell->node.get();
    }
    return true;
}

void Below::grant(const Wish &wish) const
{
    if (wish.cell != nullptr)
    {
        wish.cell->known = true;
        // By hash, or beside other values, every row has a place.
        if (const auto set = catalog::find_set(wish.cell->table); set && !is_bounded(*set))
            wish.cell->node = node_of(read_set(*set));
        return;
    }
    ShownSet &set = wish.node->set;
    const catalog::NamesInSchema names = names_for(set.stored, set.parent);
    const core::Range range = core::place(set.config, set.state, wish.value, now()).range;
    core::Plan plan = core::plan_ranges(set.config, set.state, now(), {range}, names, "rows are to be moved there");
    plan_levels(plan, set.state, set.stored, set.parent, now(), names);
    create_partitions(set.stored, set.parent, wanted_of(plan.actions));
    set = read_set(set.stored);
    for (const core::Partition &partition : set.state.partitions)
        wish.node->cells[partition.range].table = partition.oid;
}

void Below::make_places(const std::function<TupleTableSlot *()> &next)
{
    TupleTableSlot *row = nullptr;
    for (;;)
    {
        Wish wish;
        {
            // Reading a row may be code of the owner's; making a set is for the caller.
            const ddl::OwnerScope owner{top_->set.parent};
            pg::call([&] {
                if (row == nullptr)
                    row = next();
                while (row != nullptr && has_place(row, wish))
                    row = next();
            });
        }
        if (row == nullptr)
            return;
        grant(wish);
    }
}

} // namespace strata::moving
