#pragma once

#include "pg/postgres.hpp"
#include "pg/relation.hpp"

#include <memory>
#include <string>
#include <vector>

namespace strata::moving
{

// Reads the rows of one table, without its children, in the shape of another: by column names, whatever the order
// and whatever was dropped.  Below SQL, so that no policy hides a row and no trigger fires.
//
// Columns of the target that the source has not, and those to be ignored, get the target's default.  Types that
// differ are converted as an assignment does.  These expressions are code of the table's owner: the caller acts as
// the owner.
class RowReader
{
public:
    // Both tables are locked by the caller.  Throws core::Error for a column that cannot be converted, and for
    // columns of the source that the target has not and that are not ignored.
    RowReader(Oid source, Oid target, const std::vector<std::string> &ignored_columns);
    ~RowReader();
    RowReader(const RowReader &) = delete;
    RowReader &operator=(const RowReader &) = delete;

    // These only inside of pg::call.
    TupleTableSlot *next();         // in the target's shape; nullptr at the end
    TupleTableSlot *stored() const; // the same row as the source has it
    // Throws 54000 from next() when the rows take longer than that; some thousands are always read.
    void hurry(int milliseconds);
    void remove(); // deletes the row that next() gave; no trigger, no foreign key action

private:
    struct Parts;
    pg::Relation source_;
    pg::Relation target_;
    std::unique_ptr<Parts> parts_;
};

} // namespace strata::moving
