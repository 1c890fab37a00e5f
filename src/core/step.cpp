#include "core/step.hpp"

#include "core/checked.hpp"
#include "core/codec.hpp"
#include "core/error.hpp"

#include <cstdlib>

namespace strata::core
{

namespace
{

std::string two_digits(std::int64_t number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

// hh:mm:ss[.ffffff] with as many hours as there are.
std::string clock_text(std::int64_t micros)
{
    // Divided first, so that the least number has no absolute value to overflow.
    const std::int64_t seconds = std::abs(micros / micros_per_second);
    const std::int64_t fraction = std::abs(micros % micros_per_second);
    std::string text =
        two_digits(seconds / 3600) + ":" + two_digits(seconds / 60 % 60) + ":" + two_digits(seconds % 60);
    if (fraction != 0)
    {
        std::string digits = std::to_string(micros_per_second + fraction).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text;
}

std::string interval_text(const TimeStep &step)
{
    std::string text;
    bool negative_before = false;
    const auto sign = [&](std::int64_t value) { return negative_before && value > 0 ? "+" : ""; };
    const auto add = [&](std::int64_t value, const char *unit) {
        if (value == 0)
        {
            return;
        }
        text += (text.empty() ? "" : " ") + std::string(sign(value)) + std::to_string(value) + " " + unit +
                (value == 1 ? "" : "s");
        negative_before = value < 0;
    };
    add(step.months / 12, "year");
    add(step.months % 12, "mon");
    add(step.days, "day");
    if (step.micros != 0 || text.empty())
    {
        text += (text.empty() ? "" : " ") + std::string(step.micros < 0 ? "-" : sign(step.micros)) +
                clock_text(step.micros);
    }
    return text;
}

std::string quoted(const Step &step)
{
    return "\"" + step_text(step) + "\"";
}

void require_kind(const Key &key, const Step &step, const std::string &what)
{
    const bool time_key = is_time(axis_of(key));
    if (time_key == std::holds_alternative<TimeStep>(step))
    {
        return;
    }
    const std::string name = std::string(type_name(key.type()));
    if (time_key)
    {
        throw Error{ErrorKind::invalid_argument, what + " " + quoted(step) + " has no unit",
                    "The control column has type " + name + ".", "Write an interval such as '90 days'."};
    }
    throw Error{ErrorKind::invalid_argument, what + " " + quoted(step) + " is not a whole number",
                "The control column has type " + name + ".", "Write a number of ids such as '100000'."};
}

bool any_negative(const TimeStep &step)
{
    return step.months < 0 || step.days < 0 || step.micros < 0;
}

void validate_time_step(const Key &key, const TimeStep &step)
{
    if (length(step) < micros_per_second)
    {
        throw Error{ErrorKind::invalid_argument, "Partitioning interval must be 1 second or greater",
                    "The interval is " + quoted(step) + ".", "Pass an interval such as '1 day'."};
    }
    if (any_negative(step))
    {
        throw Error{ErrorKind::invalid_argument,
                    "partition interval " + quoted(step) + " mixes positive and negative parts",
                    "Its bounds would not be evenly spaced.", "Pass an interval such as '1 month' or '4 weeks'."};
    }
    if (is_plain(key, KeyType::date) && step.micros % micros_per_day != 0)
    {
        throw Error{ErrorKind::invalid_argument,
                    "partition interval " + quoted(step) + " does not consist of whole days",
                    "The control column has type date.", "Pass a number of days, weeks, months or years."};
    }
    if (key.encoding() != nullptr && step.micros % key.encoding()->granule() != 0)
    {
        throw Error{ErrorKind::invalid_argument,
                    "partition interval " + quoted(step) + " is finer than the values of the control column",
                    "The control column holds times as " + key.encoding()->name() + ".",
                    "Pass an interval such as '1 day'."};
    }
    const UtcZone utc;
    const Codec codec(key, utc);
    if (length(step) > codec.highest())
    {
        throw Error{ErrorKind::datetime_out_of_range,
                    "partition interval " + quoted(step) + " is longer than the range of type " +
                        std::string(type_name(key.type())),
                    "The last possible bound is " + codec.text(codec.highest()) + ".",
                    "Pass an interval such as '1 year'."};
    }
}

void validate_list_step(const NumberStep &step)
{
    if (step.width != 1)
    {
        throw Error{ErrorKind::invalid_argument, "Interval for list partitioning must be 1",
                    "The interval is " + quoted(step) + ".",
                    "Each partition holds one value: pass '1', or partition the table by range."};
    }
}

void validate_number_step(const Key &key, const NumberStep &step)
{
    if (step.width < 2)
    {
        throw Error{ErrorKind::invalid_argument,
                    "Interval for range partitioning must be greater than or equal to 2. Use LIST partitioning for "
                    "single value partitions",
                    "The interval is " + quoted(step) + ".", "Pass a number of ids such as '100000'."};
    }
    const UtcZone utc;
    const Codec codec(key, utc);
    if (step.width > codec.highest())
    {
        throw Error{ErrorKind::out_of_range,
                    "partition interval " + quoted(step) + " is wider than the range of type " +
                        std::string(type_name(key.type())),
                    "The greatest bound is " + codec.text(codec.highest()) + ".",
                    "Pass a smaller number of ids per partition."};
    }
}

} // namespace

std::int64_t length(const TimeStep &step)
{
    return narrow_saturating((static_cast<Wide>(step.months) * 30 + step.days) * micros_per_day + step.micros);
}

bool steps_in_civil(const TimeStep &step)
{
    return length(step) >= micros_per_day;
}

std::string step_text(const Step &step)
{
    if (const auto *number = std::get_if<NumberStep>(&step))
    {
        return std::to_string(number->width);
    }
    return interval_text(std::get<TimeStep>(step));
}

void validate_step(const Key &key, const Step &step, bool list)
{
    require_kind(key, step, "partition interval");
    if (list)
    {
        if (is_time(axis_of(key)))
        {
            throw Error{ErrorKind::feature_not_supported,
                        "partitions of a time based control column cannot be lists",
                        "The control column has type " + std::string(type_name(key.type())) + ".",
                        "Partition the table by range."};
        }
        validate_list_step(std::get<NumberStep>(step));
        return;
    }
    if (const auto *number = std::get_if<NumberStep>(&step))
    {
        validate_number_step(key, *number);
    }
    else
    {
        validate_time_step(key, std::get<TimeStep>(step));
    }
}

void validate_distance(const Key &key, const Step &step, const std::string &what)
{
    require_kind(key, step, what);
    const auto *number = std::get_if<NumberStep>(&step);
    if (number != nullptr ? number->width < 0 : any_negative(std::get<TimeStep>(step)))
    {
        throw Error{ErrorKind::invalid_argument, what + " " + quoted(step) + " has a negative part",
                    "A " + what + " is a distance from the newest data or from now.",
                    number != nullptr ? "Write a number such as '100000'."
                                      : "Write an interval such as '90 days'."};
    }
}

bool shorter(const Step &a, const Step &b)
{
    if (const auto *number = std::get_if<NumberStep>(&a))
    {
        return number->width < std::get<NumberStep>(b).width;
    }
    return length(std::get<TimeStep>(a)) < length(std::get<TimeStep>(b));
}

} // namespace strata::core
