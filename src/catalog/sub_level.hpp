#pragma once

#include "catalog/stored_set.hpp"

namespace strata::catalog
{

// A row of part_config_sub: how the partitions of a set are partitioned themselves.
struct SubLevel
{
    std::string sub_parent;
    // The settings of the sets of this level.  parent_table, anchor and what follows from the interval are not
    // stored; the zone may be missing in rows of others.
    StoredSet set;
    bool default_table = true;
    bool control_not_null = true;
    std::vector<std::string> values; // lists of values: each set begins with a partition for each of these
};

// What a description has as its interval whose sets do not step along: by hash, or by lists of values.
constexpr std::string_view no_interval = "0";

// Do two levels mean the same?  (Not: do they belong to the same set?)
bool same_level(const SubLevel &a, const SubLevel &b);

std::optional<SubLevel> find_level(std::string_view sub_parent);
std::vector<SubLevel> read_levels();

// Writes a new row as the caller; the trigger checks it.
void insert_level(const SubLevel &level);
// As the caller too.  Whether there was one.
bool delete_level(const std::string &sub_parent);

} // namespace strata::catalog
