#pragma once

#include "pg/postgres.hpp"

#include <optional>
#include <string>

namespace strata
{

// Single partitions, made and taken away by hand: of sets, and of other partitioned tables of the caller's.  A
// function that makes one returns its name, `schema.table`.

struct RangeRequest
{
    std::string parent_table;
    std::string from; // or MINVALUE
    std::string to;   // or MAXVALUE
    std::optional<std::string> partition;
};
std::string add_range_partition(const RangeRequest &request);

std::string add_default_partition(const std::string &parent_table);

// False, with a NOTICE, when there is none.  Refused while it has rows unless `drop_rows`.
bool drop_default_partition(const std::string &parent_table, bool drop_rows);

// Concurrently: the worker does it, if there is one.
struct DropRequest
{
    std::string partition;
    bool keep_table = false;
    bool concurrently = false;
    bool worker_alive = false; // it runs in this database
};
bool drop_partition(const DropRequest &request);

} // namespace strata
