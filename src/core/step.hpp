#pragma once

#include "core/key.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace strata::core
{

// The width of a partition, or any other distance on an axis (a retention).  TimeStep mirrors PostgreSQL's
// interval.
struct TimeStep
{
    std::int32_t months = 0;
    std::int32_t days = 0;
    std::int64_t micros = 0;

    bool operator==(const TimeStep &) const = default;
};

struct NumberStep
{
    std::int64_t width = 0;

    bool operator==(const NumberStep &) const = default;
};

using Step = std::variant<TimeStep, NumberStep>;

// Length in microseconds by the rule with which PostgreSQL compares intervals: a month is 30 days.  Saturates.
std::int64_t length(const TimeStep &step);

// Steps of at least a day move in the civil calendar of the set's zone, shorter ones in absolute time.
bool steps_in_civil(const TimeStep &step);

// `1 year 2 mons 3 days 04:05:06`, `100`: PostgreSQL's output for IntervalStyle postgres.
std::string step_text(const Step &step);

// Throws unless the step can be the width of partitions of this key: right kind for the axis, nothing below one
// second or two ids, no mixed signs, whole days for dates, no wider than the type.  Messages of the dialect where
// it has one.  In a list it must be 1.  Kinds: invalid_argument, out_of_range, feature_not_supported.
void validate_step(const Key &key, const Step &step, bool list = false);

// Throws unless the step can be a retention, a future limit or another distance: right kind, not negative.
// `what` names it in the message, such as "retention".
void validate_distance(const Key &key, const Step &step, const std::string &what);

// True when `a` is shorter than `b`; both of one kind.
bool shorter(const Step &a, const Step &b);

} // namespace strata::core
