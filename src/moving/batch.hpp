#pragma once

#include "features/create_partitions.hpp"
#include "features/showing_set.hpp"
#include "locks/budget.hpp"
#include "moving/key_window.hpp"
#include "moving/portion.hpp"
#include "moving/survey.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace strata::moving
{

// Subscribers get the rows of a published table by its own changes: rows that enter a table before it is part of
// the publication would not reach them.  The caller has a lock on it.
bool is_published(Oid relation);

// Moves rows of one table into the partitions where they belong, in the caller's transaction.  Rows stay visible
// through the set to everybody all the time, old snapshots included: they leave the source and enter the set with
// one commit.
//
// Locks: SHARE ROW EXCLUSIVE on the parent and the source, so that writers of both wait and readers do not; then,
// for partitions to be made for rows of the default partition, ACCESS EXCLUSIVE on the parent and on that one.  All
// within the budget, all to the end of the transaction.
class Batch
{
public:
    // Takes the first locks (throws locks::Deferred) and reads the set under them.
    Batch(const ShownSet &set, Oid source, std::vector<std::string> ignored_columns, const locks::Budget &budget);

    const ShownSet &set() const { return set_; }
    bool from_default() const { return from_default_; }

    // What follows is given up when the rows alone take longer than that (program_limit_exceeded).
    void hurry(int milliseconds) { milliseconds_ = milliseconds; }

    Survey look() const; // at the source
    // Moves them and makes the partitions that are missing.  `everything`: after that the source is empty.
    std::uint64_t move(const std::vector<Portion> &portions, bool everything);
    // All rows, also those that only the default partition can hold, from a table that is no part of the set.
    // They are not removed there: the caller is about to drop it.
    std::uint64_t move_all();
    bool made_partitions() const { return made_; }

private:
    std::uint64_t move_rows(const std::vector<Portion> &portions, bool everything);
    std::uint64_t move_to_new_tables(const std::vector<Portion> &portions, const std::vector<Wanted> &wanted,
                                     bool everything);
    std::uint64_t move_through_spool(const std::vector<Portion> &portions);
    std::uint64_t move_directly(const std::vector<Portion> &portions);
    std::uint64_t move_to_shards(const std::vector<Portion> &portions);
    void make_missing(const std::vector<Portion> &portions);
    void keep_readers_out() const;
    bool has_levels() const; // whether its new partitions have partitions themselves
    KeyWindows windows_of(const std::vector<Portion> &portions) const;
    bool plain_partitions() const;

    ShownSet set_;
    Oid source_;
    bool from_default_;
    bool by_sql_; // Citus distributes one of the tables
    std::vector<std::string> ignored_columns_;
    locks::Budget budget_;
    std::optional<int> milliseconds_;
    bool made_ = false;
};

} // namespace strata::moving
