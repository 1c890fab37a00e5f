#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata::moving
{

struct UndoRequest
{
    std::optional<std::string> parent_table = std::nullopt;
    std::optional<std::string> target_table = std::nullopt;
    int loop_count = 1;
    std::optional<std::string> batch_interval = std::nullopt; // not set: a whole partition
    bool keep_table = true;
    double lock_wait = 0; // seconds; 0: the lock budget of the set, and its error
    std::vector<std::string> ignored_columns = {};
    bool drop_cascade = false;
};

struct Undone
{
    int partitions = 0; // -1: p_lock_wait was not enough
    std::int64_t rows = 0;
    std::string last = {}; // the partition that was taken last
    bool finished = false; // the set has no partition left and is not managed any more
};

// undo_partition: moves rows of partitions into an ordinary table, the default partition first, then ascending, and
// takes the emptied ones out of the set.
Undone undo_partition(const UndoRequest &request);

// undo_partition_proc: batch after batch, each in a transaction of its own.
struct UndoLoop
{
    UndoRequest request;
    std::optional<int> loop_count = std::nullopt;
    int lock_wait_tries = 10;
    int wait_seconds = 1;
    bool quiet = false;
};
void undo_in_loop(const UndoLoop &loop);

} // namespace strata::moving
