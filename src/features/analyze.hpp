#pragma once

#include <optional>
#include <string>

namespace strata
{

struct AnalyzeOptions
{
    bool skip_locked = false;
    bool quiet = false;
    std::optional<std::string> parent_table; // not given: all sets
};

// ANALYZE of the parents, each in a transaction of its own.  One that fails does not stop the others; at the end an
// error names them.
void run_analyze(const AnalyzeOptions &options);

} // namespace strata
