#pragma once

#include "pg/postgres.hpp"

namespace strata
{

// The arguments of manage() as they were given.
struct AdoptRequest
{
    std::string parent_table;
    std::optional<std::string> interval; // the first four: inferred where not given
    std::optional<std::string> time_zone;
    std::optional<std::string> name_template;
    std::int32_t premake = 4;
    std::optional<std::string> retention;
    bool retention_keep_table = true;
    bool default_table = false;
    std::optional<std::string> template_table;
    std::string automatic_maintenance = "on";
    std::string epoch = "none";
    std::optional<std::string> codec;

    // What only a configuration that is there already says.
    std::optional<std::string> control; // not set: the partition key
    std::optional<std::string> time_encoder;
    std::optional<std::string> time_decoder;
};

// A line of the report.
struct AdoptionRow
{
    std::string topic; // setting, partition, default, gap, overlap, odd, next
    std::optional<std::string> subject;
    std::optional<std::string> value;
    std::optional<std::string> note;
};

// Takes a table that somebody else has partitioned under management as it is: nothing is renamed or detached, and
// its partitions count as ours from then on.
std::vector<AdoptionRow> manage(const AdoptRequest &request);

// What manage() would say, without side effects.
std::vector<AdoptionRow> plan_manage(const AdoptRequest &request);

} // namespace strata
