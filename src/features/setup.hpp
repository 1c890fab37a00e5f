#pragma once

#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata
{

// The arguments of create_parent() as they were given.
struct SetUpRequest
{
    std::string parent_table;
    std::string control;
    std::optional<std::string> interval;
    std::string type = "range";
    std::string epoch = "none";
    std::int32_t premake = 4;
    std::optional<std::string> start;
    bool default_table = true;
    std::string automatic_maintenance = "on";
    std::vector<std::string> constraint_cols;
    std::optional<std::string> template_table;
    bool jobmon = true;
    std::optional<std::string> date_trunc;
    bool control_not_null = true;
    std::optional<std::string> time_encoder;
    std::optional<std::string> time_decoder;
    std::int64_t offset_id = 0;
    std::optional<std::string> time_zone;
    std::optional<std::string> name_template;
    std::optional<std::string> codec;
    std::optional<std::int32_t> modulus;
    std::optional<std::string> partition_schema;
    std::optional<std::string> start_at;
    std::optional<std::string> bounds_function;
};

// Takes a partitioned table under management: stores its configuration, makes the template table, the first
// partitions and the default partition; partitions that are there already are adopted.  False, with a WARNING, when
// no partition was made.  `function` is the name that the caller used, for messages.
bool set_up(SetUpRequest request, const char *function);

// The same for a table of any strategy: sets of values and sets by hash are set up by lists/ and hashes/.
bool set_up_by_strategy(const SetUpRequest &request, const char *function);

} // namespace strata
