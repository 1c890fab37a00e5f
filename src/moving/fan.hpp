#pragma once

#include "moving/key_window.hpp"
#include "moving/row_key.hpp"
#include "pg/postgres.hpp"
#include "pg/relation.hpp"
#include "pg/scope.hpp"

#include <memory>
#include <vector>

namespace strata::moving
{

// Loads rows into several new tables at once, each those of its window.  The tables have no indexes yet, nobody
// else sees them, and the rows come from the same set, so that all constraints hold for them already.
class Fan
{
public:
    // One table for each window; they have one shape.  `frozen`: the rows count as committed long ago, which saves
    // writing them again later; only for tables that were made in this subtransaction, and only if no older
    // snapshot can still see the rows where they came from.
    Fan(const std::vector<Oid> &tables, KeyWindows windows, RowKey keys, bool frozen);
    ~Fan();
    Fan(const Fan &) = delete;
    Fan &operator=(const Fan &) = delete;

    // Only inside of pg::call; the row has the tables' shape.  False: no window holds its key.
    bool put(TupleTableSlot *row);
    void finish();

private:
    struct Table;
    void store(Table &table) const;

    std::vector<std::unique_ptr<Table>> tables_;
    KeyWindows windows_;
    RowKey keys_;
    int options_;
    CommandId command_;
};

} // namespace strata::moving
