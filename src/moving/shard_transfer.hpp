#pragma once

#include "features/showing_set.hpp"
#include "moving/survey.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Rows that go into or out of tables that Citus distributes.  They are reached by SQL alone: as the owner of the
// set, so that he needs the privileges on either table; constraints hold, and triggers of a table of this server
// fire.
namespace strata::moving
{

bool goes_by_sql(Oid source, Oid target);

// Whether rows of that range are in the table.
bool has_rows_of(Oid source, const ShownSet &set, const core::Range &range);

// What survey() says.
Survey survey_by_sql(Oid source, const ShownSet &set, TimestampTz now);

struct Transfer
{
    Oid source;
    Oid target;
    std::vector<std::string> ignored_columns;
    std::string condition; // which rows; empty: all
};

// Each returns how many rows.  Throws what RowReader throws for columns that do not fit.
std::uint64_t copy_rows(const Transfer &transfer);
std::uint64_t delete_rows(const Transfer &transfer);
// In one statement: both tables are distributed alike, or one of them is of this server.
std::uint64_t move_rows(const Transfer &transfer);

// A table like the set's parent becomes distributed like it.  Throws core::Error for a parent that has no column
// to distribute by.
void distribute(const catalog::Parent &parent, Oid table);

} // namespace strata::moving
