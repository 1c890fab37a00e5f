#pragma once

#include "pg/postgres.hpp"
#include "pg/relation.hpp"

#include <cstdint>
#include <memory>

namespace strata::moving
{

// Stores rows in a table or, by its partitions, in a partitioned table, as COPY does: NOT NULL, CHECK, generated
// columns, partition bounds, indexes and foreign keys hold.  Triggers of users do not fire: the rows are not new.
// Constraints are code of the table's owner: the caller acts as the owner.
class Inserter
{
public:
    // Whether foreign keys are checked: a copy of rows need not refer to anything before the rows themselves do.
    enum class References
    {
        checked,
        unchecked,
    };
    // Of rows that leave a table which is dropped then: tables that were made in this subtransaction get them as if
    // committed long ago, so that no older snapshot misses them.
    enum class Visible
    {
        to_later_snapshots,
        to_all_snapshots,
    };
    explicit Inserter(Oid table, References references = References::checked,
                      Visible visible = Visible::to_later_snapshots); // locked by the caller
    ~Inserter();
    Inserter(const Inserter &) = delete;
    Inserter &operator=(const Inserter &) = delete;

    void put(TupleTableSlot *row); // only inside of pg::call; the row has the table's shape
    void finish();                 // stores what is waiting and checks the foreign keys

private:
    struct Parts;
    pg::Relation table_;
    std::unique_ptr<Parts> parts_;
};

} // namespace strata::moving
