#pragma once

#include "core/coordinate.hpp"
#include "core/finding.hpp"
#include "core/making.hpp"
#include "core/set.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core
{

// Sets whose partitions list values of any type that has equality: campaigns, regions, tenants.  Values neither
// follow each other nor grow old; which are equal only the server knows, so they come here as texts that are equal
// where the values are.

using ListedValue = std::optional<std::string>; // not set: NULL

// 'a', NULL.
std::string value_text(const ListedValue &value);
// IN ('a', NULL), as after FOR VALUES.
std::string values_text(const std::vector<ListedValue> &values);

// A user's pattern for names: text with {table} and one other token, {value} as a rule.
class ValueTemplate
{
public:
    // Error{invalid_argument}: another token, unmatched braces, no `token`.
    static ValueTemplate parse(std::string_view text, std::string_view token = "{value}");

    // The token becomes the word of the first value that leaves one, and of the others as long as there is room;
    // {table} is cut so that it fits.
    std::string render(std::string_view table, const std::vector<ListedValue> &values) const;

private:
    std::string before_; // {value}, with {table} as it stands there
    std::string after_;
};

constexpr std::string_view default_value_template = "{table}_p{value}";

struct ValueListConfig
{
    std::string schema; // where partitions are made
    std::string table;
    std::optional<std::string> name_template;
    std::int64_t min_rows = 1; // so many rows of a value in the default partition make it worth one
    std::int32_t max_partitions = 1000;
    MakingSwitches making;
};

// A value that no partition lists.
struct NewValue
{
    ListedValue value;
    std::int64_t rows = 0;   // in the default partition, as far as that was read
    bool registered = false; // a person's query names it
};

struct ValueListState
{
    std::vector<std::uint32_t> partitions; // without the default
    std::vector<NewValue> found;           // each once
};

struct NewPartition
{
    std::string name;
    std::vector<ListedValue> values;
    std::int64_t rows = 0; // to be moved out of the default partition
    std::string reason;
};

struct ValueListPlan
{
    std::vector<NewPartition> creates;
    std::vector<Finding> findings;
    std::optional<Coordinate> next_due; // instant
    std::uint64_t fingerprint = 0;
};

// What maintenance has to do: a partition for each value that is registered or has rows enough, those with the most
// rows first, as long as the cap leaves room; beyond it a finding says what else can be done.
ValueListPlan plan_values(const ValueListConfig &config, const ValueListState &state, Coordinate now,
                          const Names &names, bool unattended);

// The name of one partition, a free one.
std::string name_for(const ValueListConfig &config, const std::vector<ListedValue> &values, const Names &names);

// Error{out_of_range} when that many more would exceed the cap.
void check_room(const ValueListConfig &config, std::size_t present, std::size_t more);

} // namespace strata::core
