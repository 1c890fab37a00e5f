#pragma once

#include "ddl/statement.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

enum class Retire
{
    drop,
    detach,
    move,
    archive,
};

// How the partition is taken out of the set.
enum class Detach
{
    plainly,
    concurrently, // commits in the middle: only a statement of its own can do that (pg::LoneStatement)
    finally,      // the end of what was begun concurrently
};

Statement detach(const catalog::Parent &parent, Oid partition, Detach how);

struct RetireOptions
{
    Retire how = Retire::detach;
    std::string schema;       // where `move` goes
    Oid archive = InvalidOid; // where `archive` goes, with this bound
    std::string bound;
    bool keep_index =
        true; // of what is not archived; false: indexes and the constraints behind them go when the table is kept
    bool keep_publication = false;   // false: a kept table leaves the publications that name it
    bool detach_before_drop = false; // DETACH, then DROP (needed where a foreign key refers to the set)
    bool cascade = false;            // DROP ... CASCADE
    bool detached = false;           // it is out of the set already
};

// The statements that take one partition out of the set.
std::vector<Statement> retire(const catalog::Parent &parent, Oid partition, const RetireOptions &options);

} // namespace strata::ddl
