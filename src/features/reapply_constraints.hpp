#pragma once

#include <optional>
#include <string>

namespace strata
{

struct ReapplyRequest
{
    std::optional<std::string> parent_table;
    bool drop = false;
    bool apply = false;
    bool analyze = true;
    int wait_seconds = 0;
    bool dry_run = false;
};

// The partitions from the oldest one to the one at position optimize_constraint, each in transactions of its own.
// One that fails does not stop the others; at the end an error names them.
void reapply_constraints(const ReapplyRequest &request);

} // namespace strata
