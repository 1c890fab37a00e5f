#pragma once

#include "features/create_partitions.hpp"
#include "features/stray_rows.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// One thing that maintenance would do, in the order in which it would.
struct PlanRow
{
    std::string parent_table;
    std::string action; // create, heal, skip, finalize, drop, detach, move, drop_retired, convert, constrain;
                        // confirm: a person has to say a word first; failed: no plan
    std::optional<std::string> partition;
    std::optional<std::string> bounds;
    std::string reason;
    std::optional<std::string> sql;
    std::optional<std::string> locks;
    std::optional<int64_t> rows;
    std::optional<int64_t> bytes;
    std::optional<std::string> fingerprint;
};

// Statements as the column sql has them: one a line, each with its semicolon.
std::string as_script(const std::vector<std::string> &statements);

// With what the partition has.
PlanRow with_size(PlanRow row, Oid partition);

// The partition, and after it what is made below it.
void add_creation_rows(std::vector<PlanRow> &rows, const catalog::StoredSet &set, const catalog::Parent &parent,
                       const Wanted &wanted, const std::string &reason);

// What run_maintenance(p_parent_table) would do now, for the named set or for all automatic ones.  Takes ACCESS
// SHARE locks only and changes nothing.
std::vector<PlanRow> plan_maintenance(const std::optional<std::string> &parent_table, const StrayRows &stray_rows);

} // namespace strata
