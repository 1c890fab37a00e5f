#pragma once

#include "catalog/stored_set.hpp"
#include "features/levels.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata
{

// The arguments of create_sub_parent() as they were given.
struct SubRequest
{
    std::string top_parent;
    std::string control;
    std::optional<std::string> interval;
    std::string type = "range";
    bool default_table = true;
    std::optional<std::string> declarative_check;
    std::vector<std::string> constraint_cols;
    std::int32_t premake = 4;
    std::optional<std::string> start;
    std::string epoch = "none";
    bool jobmon = true;
    std::optional<std::string> date_trunc;
    bool control_not_null = true;
    std::optional<std::string> time_encoder;
    std::optional<std::string> time_decoder;
    std::optional<std::int32_t> modulus;
    std::vector<std::string> values;
    bool all_beside = false; // the caller sees to those of the tables beside it, too
    bool at_once = false;    // what is there is divided further right away
};

// What they mean, once everything that can be said without looking at the partitions has been checked; in the
// dialect's order and with its words.
struct SubPartitioning
{
    catalog::StoredSet set;
    catalog::Parent parent;
    SetLevel level;
};
SubPartitioning read_request(SubRequest request);

// New partitions of the set are plain tables again; those that are there stay as they are.  Always true.
bool stop_sub_partitions(const std::string &parent_table);

} // namespace strata
