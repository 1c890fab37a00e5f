#include "core/shown_plan.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

namespace strata::core
{

namespace
{

constexpr std::size_t fingerprint_digits = 16;
constexpr std::size_t mark_digits = 6;
constexpr std::size_t most_marks = 100;

std::string hexadecimal(std::uint64_t number, std::size_t digits)
{
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; number >>= 4)
    {
        text[i] = "0123456789abcdef"[number & 15];
    }
    return text;
}

std::string mark_of(const Action &action)
{
    return hexadecimal(fingerprint({}, {action}), mark_digits);
}

[[noreturn]] void refuse(const std::string &shown)
{
    throw Error(ErrorKind::invalid_argument, "\"" + shown + "\" is not the fingerprint of a plan", {},
                "Take the column fingerprint of partman.plan_maintenance().");
}

std::vector<std::string> marks_in(const std::string &shown)
{
    const bool well_formed = shown.size() >= fingerprint_digits &&
                             shown.find_first_not_of("0123456789abcdef-") == std::string::npos &&
                             (shown.size() - fingerprint_digits) % (mark_digits + 1) == 0;
    if (!well_formed)
    {
        refuse(shown);
    }
    std::vector<std::string> marks;
    for (std::size_t at = fingerprint_digits; at < shown.size(); at += mark_digits + 1)
    {
        marks.push_back(shown.substr(at + 1, mark_digits));
        if (shown[at] != '-' || marks.back().find('-') != std::string::npos)
        {
            refuse(shown);
        }
    }
    return marks;
}

bool is_creation(const Action &action)
{
    switch (action.kind)
    {
    case Action::Kind::create:
    case Action::Kind::convert:
        return true;
    case Action::Kind::finish:
    case Action::Kind::retire:
    case Action::Kind::settle:
    case Action::Kind::drop_retired:
    case Action::Kind::constrain:
        return false;
    }
    return false;
}

bool is_retirement(const Action &action)
{
    return action.kind == Action::Kind::finish || action.kind == Action::Kind::retire ||
           action.kind == Action::Kind::settle || action.kind == Action::Kind::drop_retired;
}

} // namespace

std::string shown_text(const Plan &plan)
{
    std::string text = hexadecimal(plan.fingerprint, fingerprint_digits);
    if (plan.actions.size() <= most_marks)
    {
        for (const Action &action : plan.actions)
        {
            text += "-" + mark_of(action);
        }
    }
    return text;
}

std::optional<PlanDifference> difference(const std::string &shown, const Plan &plan)
{
    const std::vector<std::string> marks = marks_in(shown);
    if (shown == shown_text(plan))
    {
        return std::nullopt;
    }
    PlanDifference found;
    found.itemized = !marks.empty() && plan.actions.size() <= most_marks;
    if (!found.itemized)
    {
        return found;
    }
    std::map<std::string, std::size_t> left;
    for (const std::string &mark : marks)
    {
        left[mark]++;
    }
    for (std::size_t i = 0; i < plan.actions.size(); i++)
    {
        const auto mark = left.find(mark_of(plan.actions[i]));
        if (mark == left.end() || mark->second == 0)
        {
            found.added.push_back(i);
        }
        else
        {
            mark->second--;
        }
    }
    for (const auto &[mark, count] : left)
    {
        found.gone += count;
    }
    return found;
}

Plan without(Plan plan, bool creations, bool retirements)
{
    std::erase_if(plan.actions, [&](const Action &action) {
        return (creations && is_creation(action)) || (retirements && is_retirement(action));
    });
    return plan;
}

} // namespace strata::core
