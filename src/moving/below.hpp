#pragma once

#include "features/showing_set.hpp"

#include <functional>
#include <memory>

namespace strata::moving
{

// What is below the partitions of a set: makes the partitions that rows need which are about to come, on every
// level.  The partitions of the set itself are there already, unless `top_too`.
class Below
{
public:
    explicit Below(const ShownSet &top);
    // The rows come in the shape of another table.
    Below(const ShownSet &top, Oid shape, bool top_too);
    ~Below();
    Below(const Below &) = delete;
    Below &operator=(const Below &) = delete;

    // Goes over all rows that `next` gives; it is called inside of pg::call, and
    // its row must stay until the next call.
    void make_places(const std::function<TupleTableSlot *()> &next);

private:
    struct Node;
    struct Cell;
    struct Wish;

    std::unique_ptr<Node> node_of(const ShownSet &set) const;
    bool has_place(TupleTableSlot *row, Wish &wish) const;
    void grant(const Wish &wish) const;

    Oid shape_;
    bool top_too_;
    std::unique_ptr<Node> top_;
};

} // namespace strata::moving
