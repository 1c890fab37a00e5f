#pragma once

#include "core/step.hpp"
#include "pg/postgres.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata::moving
{

// What the functions that move rows into partitions have in common.
struct DataRequest
{
    std::optional<std::string> parent_table = std::nullopt;
    int batch_count = 1;
    std::optional<core::Step> batch_interval =
        std::nullopt;                                // less than a partition at once; not from a default partition
    double lock_wait = 0;                            // seconds; 0: the lock budget of the set, and its error
    std::optional<std::string> order = std::nullopt; // ASC, DESC
    bool analyze = true;
    std::optional<std::string> source_table = std::nullopt; // not set: the default partition
    std::vector<std::string> ignored_columns = {};
    bool ignore_infinity = false;
};

enum class KeyKind
{
    time,
    id,
};

// partition_data_time, partition_data_id: up to batch_count batches in the caller's transaction.  Returns the rows
// moved, or -1 when lock_wait was given and not enough.
std::int64_t partition_data(const char *function, KeyKind kind, const DataRequest &request);

// partition_data_proc and partition_data_async: each batch is a transaction.
struct DataLoop
{
    const char *function;
    DataRequest request;
    std::optional<std::string> interval = std::nullopt;
    std::optional<int> loop_count = std::nullopt; // not set: until nothing is left
    int lock_wait_tries = 10;
    int wait_seconds = 1;
    bool quiet = false;
    bool below_partition = false; // async: an interval smaller than a partition's must be given
};
void partition_data_in_loop(const DataLoop &given);

} // namespace strata::moving
