#pragma once

#include "core/step.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

// Texts of part_config -> steps of the core.  `what` names the value in messages, such as "retention".  Bad syntax
// and numbers without a unit are core::Error (invalid_argument) with a hint.  What the step may be used for is for
// core::validate_step and core::validate_distance to say.

// The named intervals of version 4 of the dialect, else whatever PostgreSQL takes for an interval.
core::TimeStep parse_time_step(std::string_view text, const std::string &what);

// That, or for ids core::parse_number_step.
core::Step parse_step(core::Axis axis, std::string_view text, const std::string &what);

// The interval as a value of PostgreSQL, and back.
Interval to_interval(const core::TimeStep &step);
core::TimeStep from_interval(const Interval &interval);

} // namespace strata::catalog
