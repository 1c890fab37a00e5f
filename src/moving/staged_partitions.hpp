#pragma once

#include "ddl/create.hpp"
#include "features/create_partitions.hpp"
#include "features/showing_set.hpp"
#include "moving/key_window.hpp"

#include <cstdint>
#include <vector>

namespace strata::moving
{

// Whether partitions of the set can be filled before they are attached.
bool can_stage(const ShownSet &set);

// New partitions that get their rows from the default partition before they are attached: one scan, no index to
// keep up meanwhile, and no scan by ATTACH.
class StagedPartitions
{
public:
    // Makes the tables.
    StagedPartitions(const ShownSet &set, std::vector<Wanted> wanted);

    // Fills them, one window for each.  `everything`: nothing will be left in the default partition, which is
    // truncated then if nothing speaks against it.  `milliseconds`: see RowReader::hurry().  Returns the number of
    // rows.
    std::uint64_t load(Oid default_partition, KeyWindows windows, bool everything, std::optional<int> milliseconds);

    // The caller has the default partition for himself.
    void attach(Oid default_partition);

private:
    std::uint64_t load_by_sql(Oid default_partition) const;

    const ShownSet &set_;
    core::Codec codec_;
    ddl::Blueprint blueprint_;
    std::vector<Wanted> wanted_;
    std::vector<ddl::Blueprint::Staged> statements_;
    std::vector<Oid> tables_;
    bool by_sql_; // Citus distributes them
    bool truncate_ = false;
};

} // namespace strata::moving
