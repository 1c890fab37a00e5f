#pragma once

#include "catalog/parent.hpp"

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

// ANALYZE of one parent, as its owner, after partitions of it were made or changed; `committed`: in an earlier
// transaction.  Citus refuses it in the same one, so there the caller is told how it is made up for.
void analyze_parent(const catalog::Parent &parent, bool committed);

} // namespace strata
