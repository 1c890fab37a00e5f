#pragma once

#include "pg/postgres.hpp"

namespace strata
{

// The small questions of the dialect, each answered as there.

// "time", "id", "text", "uuid", or nothing for a type that cannot be a control column.
std::optional<std::string> general_type(Oid type);

struct ControlType
{
    std::optional<std::string> general;
    std::string exact; // pg_type.typname
};

// Nothing when there is no such column.
std::optional<ControlType> check_control_type(const std::string &schema, const std::string &table,
                                              const std::string &column);

// name, `_p` for a partition, suffix: with the name cut so that all of it fits into 63 bytes.
std::string check_name_length(const std::string &name, const std::optional<std::string> &suffix, bool partition);

// Where a time set that starts at `start` gets its first bound, in the session's time zone, and its
// datetime_string.
struct TimePartitionInfo
{
    TimestampTz base;
    std::string datetime_string;
};

TimePartitionInfo calculate_time_partition_info(const Interval &interval, TimestampTz start,
                                                const std::optional<std::string> &trunc_unit);

} // namespace strata
