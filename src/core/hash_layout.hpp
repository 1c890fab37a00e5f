#pragma once

#include "core/finding.hpp"
#include "core/making.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata::core
{

// Tables that are partitioned by hash: each partition holds the rows whose hash leaves its remainder when divided
// by its modulus.  Moduli may differ as long as each one divides the next larger one.

struct HashBound
{
    std::int32_t modulus = 1;   // at least 1
    std::int32_t remainder = 0; // 0 to modulus - 1

    friend bool operator==(const HashBound &, const HashBound &) = default;
};

// WITH (modulus 4, remainder 0), as after FOR VALUES.
std::string hash_text(const HashBound &bound);

// Does every hash that leaves the remainder of one leave that of the other, or the other way round?
bool overlap(const HashBound &a, const HashBound &b);

// Error{invalid_argument} for a modulus that somebody gives: each remainder becomes a table.
void check_modulus(std::int32_t modulus);

// Whether a modulus, at least 1, can stand beside those that are there.
bool fits(std::int32_t modulus, const std::vector<HashBound> &present);

// The bounds that no partition covers, by the modulus where that is possible, by larger ones where a part of a
// remainder has partitions already.  Sorted by remainder.  Nothing where the modulus does not fit.
std::vector<HashBound> missing_bounds(const std::vector<HashBound> &present, std::int32_t modulus);

// The default of a pattern for names; {table} and {remainder} are its tokens.
constexpr std::string_view default_hash_template = "{table}_p{remainder}";

struct HashConfig
{
    std::string schema; // where partitions are made
    std::string table;
    std::optional<std::string> name_template;
    std::int32_t modulus = 1;
    MakingSwitches making;
};

// Error{invalid_argument}: another token, unmatched braces, no {remainder}.
void check_hash_template(std::string_view text);

// The name of one partition, a free one.
std::string name_for(const HashConfig &config, const HashBound &bound, const Names &names);

struct NewHashPartition
{
    std::string name;
    HashBound bound;
};

// A partition for each remainder that has none.
std::vector<NewHashPartition> missing_partitions(const HashConfig &config, const std::vector<HashBound> &present,
                                                 const Names &names);

struct HashPlan
{
    std::vector<NewHashPartition> creates;
    std::vector<Finding> findings;
    std::optional<Coordinate> next_due; // instant
    std::uint64_t fingerprint = 0;
};

// What maintenance has to do: a partition for each remainder that has none, since rows that belong there are
// refused.
HashPlan plan_remainders(const HashConfig &config, const std::vector<HashBound> &present, Coordinate now,
                         const Names &names, bool unattended);

} // namespace strata::core
