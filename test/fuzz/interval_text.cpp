#include "core/interval_text.hpp"

#include "core/step.hpp"

#include "input.hpp"

#include <cctype>

// Intervals as text: what has a unit, the old names, and the text of a step read back.
namespace fuzz
{

namespace
{

// Reads what PostgreSQL's IntervalStyle `postgres` writes: `1 year 2 mons -3 days +04:05:06.7`.
TimeStep read_back(const std::string &text)
{
    TimeStep step;
    std::size_t at = 0;
    while (at < text.size())
    {
        std::size_t end = text.find(' ', at);
        std::string word = text.substr(at, end - at);
        at = end == std::string::npos ? text.size() : end + 1;
        if (word.find(':') == std::string::npos)
        {
            end = text.find(' ', at);
            const std::string unit = text.substr(at, end - at);
            at = end == std::string::npos ? text.size() : end + 1;
            const auto value = static_cast<std::int32_t>(std::stol(word));
            HOLDS(unit == "year" || unit == "years" || unit == "mon" || unit == "mons" || unit == "day" ||
                  unit == "days");
            HOLDS((value == 1) == (unit.back() != 's'));
            (unit[0] == 'd' ? step.days : step.months) += unit[0] == 'y' ? value * 12 : value;
            continue;
        }
        // Negative as a whole, so that the least number is read, too.
        const bool negative = word.front() == '-';
        word.erase(0, negative || word.front() == '+' ? 1 : 0);
        const std::size_t colon = word.find(':');
        std::string fraction = word.size() > colon + 6 ? word.substr(colon + 7) : "";
        fraction.append(6 - fraction.size(), '0');
        step.micros = -std::stoll(word.substr(0, colon)) * micros_per_hour -
                      std::stoll(word.substr(colon + 1, 2)) * micros_per_minute -
                      std::stoll(word.substr(colon + 4, 2)) * micros_per_second - std::stoll(fraction);
        if (!negative)
        {
            HOLDS(step.micros != INT64_MIN);
            step.micros = -step.micros;
        }
    }
    return step;
}

std::string other_case(std::string text)
{
    for (char &c : text)
    {
        const auto letter = static_cast<unsigned char>(c);
        c = static_cast<char>(std::islower(letter) != 0 ? std::toupper(letter) : std::tolower(letter));
    }
    return text;
}

} // namespace

void one(Input &input)
{
    const TimeStep step{.months = static_cast<std::int32_t>(input.between(INT32_MIN, INT32_MAX)),
                        .days = static_cast<std::int32_t>(input.between(INT32_MIN, INT32_MAX)),
                        .micros = input.number()};
    const std::string printed = step_text(step);
    HOLDS(read_back(printed) == step);
    HOLDS(has_unit(printed));

    const std::string text = input.rest();
    const bool unit = has_unit(text);
    HOLDS(has_unit(" " + text + "\t") == unit);
    HOLDS(has_unit(other_case(text)) == unit);
    HOLDS(!has_unit(text + " 5"));
    HOLDS(!has_unit("5 " + std::string("-7 ") + text));
    HOLDS(!unit || has_unit(text + " 5 days"));
    HOLDS(!unit || has_unit("1 day " + text));
    if (const auto named = named_interval(text))
    {
        HOLDS(unit);
        HOLDS(named_interval(other_case(text)) == named);
        HOLDS(read_back(step_text(*named)) == *named);
        validate_step(KeyType::timestamptz, *named); // throws where it is no width of a partition
    }
}

} // namespace fuzz
