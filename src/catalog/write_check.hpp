#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"

namespace strata::catalog
{

// What the values of a row of part_config must be, whoever writes it.

// Syntax, units and types: always refused with a core::Error.  The table, where it is known, says how the values
// are to be read; otherwise the interval does.  A retention shorter than the interval is a WARNING.  Values that
// are as `before` are let be, so that whatever is wrong with a row, it can still be switched off.
void check_values(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before);

// The description of sub-partitions, as far as its own values go.
struct SubValues
{
    std::string parent;
    std::string interval;
    std::string type;
    std::string epoch;
    int32_t premake;
    std::optional<std::string> retention;
    std::optional<std::string> date_trunc_interval;
    std::optional<std::string> retention_schema;
    std::optional<std::string> template_table;
    std::optional<std::int32_t> modulus;
    bool has_values; // sub_values
    std::optional<std::string> value_query;
    bool has_constraint_cols;
};
void check_values(const SubValues &values);

// Does a set with these values lie on a time axis?
bool is_time_set(const std::optional<Parent> &parent, const StoredSet &set);
// The same as far as it can be told without the table.
bool is_time_set(std::string_view epoch, std::string_view interval);

} // namespace strata::catalog
