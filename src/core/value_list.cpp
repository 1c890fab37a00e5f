#include "core/value_list.hpp"

#include "core/error.hpp"
#include "core/given_names.hpp"
#include "core/naming.hpp"
#include "core/value_name.hpp"

#include <algorithm>

namespace strata::core
{

namespace
{

constexpr std::string_view table_token = "{table}";
constexpr std::size_t longest_words = 40;

// A quoted string of SQL.
std::string quoted(std::string_view text)
{
    std::string result = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text)
    {
        if (c == '\'' || c == '\\')
        {
            result += c;
        }
        result += c;
    }
    return result + "'";
}

[[noreturn]] void refuse_template(std::string_view text, std::string_view token, const std::string &detail)
{
    throw Error{ErrorKind::invalid_argument, "invalid name template \"" + std::string(text) + "\"", detail,
                "In such a set the tokens are {table} and " + std::string(token) + ", as in {table}_" +
                    std::string(token) + "."};
}

std::string words_of(const std::vector<ListedValue> &values)
{
    std::string words;
    for (const ListedValue &value : values)
    {
        const std::string word = value ? value_word(*value) : "null";
        if (!words.empty() && words.size() + 1 + word.size() > longest_words)
        {
            break;
        }
        words += (words.empty() ? "" : "_") + word;
    }
    return words;
}

std::string with_table(std::string_view text, std::string_view table)
{
    std::string result;
    while (!text.empty())
    {
        const bool token = text.starts_with(table_token);
        result += token ? table : text.substr(0, 1);
        text.remove_prefix(token ? table_token.size() : 1);
    }
    return result;
}

std::string count_text(std::size_t count, const char *one, const char *many)
{
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

Finding too_many(const ValueListConfig &config, std::size_t present, std::size_t left)
{
    return {
        Finding::Severity::warning,
        count_text(left, "value", "values") + " of table \"" + config.schema + "." + config.table +
            "\" would exceed the limit of partitions",
        "The table has " + count_text(present, "partition", "partitions") + ", and max_partitions is " +
            std::to_string(config.max_partitions) + ".  The rows stay in the default partition.",
        "Group values in one partition with partman.add_list_partition(), or partition the table by HASH of the "
        "column; if so many partitions are right, raise max_partitions."};
}

std::string reason_for(const NewValue &value)
{
    return value.registered ? "the registry names the value"
                            : count_text(static_cast<std::size_t>(value.rows), "row", "rows") +
                                  " of the value in the default partition";
}

bool more_urgent(const NewValue &a, const NewValue &b)
{
    if (a.registered != b.registered)
    {
        return a.registered;
    }
    return a.rows != b.rows ? a.rows > b.rows : a.value < b.value;
}

std::uint64_t fingerprint_of(const ValueListState &state, const std::vector<NewPartition> &creates)
{
    Fnv1a hash;
    for (const std::uint32_t partition : state.partitions)
    {
        hash.add(static_cast<std::int64_t>(partition));
    }
    for (const NewPartition &partition : creates)
    {
        hash.add(partition.name);
        hash.add(values_text(partition.values));
    }
    return hash.value();
}

} // namespace

std::string value_text(const ListedValue &value)
{
    return value ? quoted(*value) : "NULL";
}

std::string values_text(const std::vector<ListedValue> &values)
{
    std::string text;
    for (const ListedValue &value : values)
    {
        text += (text.empty() ? "" : ", ") + value_text(value);
    }
    return "IN (" + text + ")";
}

ValueTemplate ValueTemplate::parse(std::string_view text, std::string_view token)
{
    const std::size_t at = text.find(token);
    if (at == std::string_view::npos)
    {
        refuse_template(text, token,
                        "It has no " + std::string(token) + ", so that all partitions would get one name.");
    }
    ValueTemplate parsed;
    parsed.before_ = text.substr(0, at);
    parsed.after_ = text.substr(at + token.size());
    const std::string rest = with_table(parsed.before_, "") + with_table(parsed.after_, "");
    if (rest.find_first_of("{}") != std::string::npos)
    {
        refuse_template(text, token,
                        "It has another token, " + std::string(token) +
                            " twice, or a brace without its counterpart.");
    }
    if (rest.size() + longest_words > max_name_bytes)
    {
        refuse_template(text, token, "Its fixed text leaves no room for a value.");
    }
    return parsed;
}

std::string ValueTemplate::render(std::string_view table, const std::vector<ListedValue> &values) const
{
    const std::string word = words_of(values);
    const std::size_t fixed = with_table(before_, "").size() + with_table(after_, "").size() + word.size();
    const std::string_view fitting = cut_utf8(table, max_name_bytes - fixed);
    const std::string name = with_table(before_, fitting) + word + with_table(after_, fitting);
    return std::string(cut_utf8(name, max_name_bytes)); // {table} may stand there twice
}

std::string name_for(const ValueListConfig &config, const std::vector<ListedValue> &values, const Names &names)
{
    const std::string wanted =
        ValueTemplate::parse(config.name_template.value_or(std::string(default_value_template)))
            .render(config.table, values);
    return free_name(wanted, [&](std::string_view name) { return names.taken(name); });
}

void check_room(const ValueListConfig &config, std::size_t present, std::size_t more)
{
    if (present + more <= static_cast<std::size_t>(config.max_partitions))
    {
        return;
    }
    throw Error{ErrorKind::program_limit_exceeded,
                "table \"" + config.schema + "." + config.table + "\" would have more than " +
                    std::to_string(config.max_partitions) + " partitions",
                "It has " + count_text(present, "partition", "partitions") + ", and max_partitions is " +
                    std::to_string(config.max_partitions) + ".",
                "Group several values in one partition, partition the table by HASH of the column, or raise "
                "max_partitions in partman.part_config."};
}

ValueListPlan plan_values(const ValueListConfig &config, const ValueListState &state, Coordinate now,
                          const Names &names, bool unattended)
{
    ValueListPlan plan;
    const MakingNow making = making_now(config.making, now, unattended);
    plan.next_due = making.next;
    if (making.allowed)
    {
        std::vector<NewValue> wanted;
        std::copy_if(state.found.begin(), state.found.end(), std::back_inserter(wanted),
                     [&](const NewValue &value) { return value.registered || value.rows >= config.min_rows; });
        std::sort(wanted.begin(), wanted.end(), more_urgent);
        const auto limit = static_cast<std::size_t>(config.max_partitions);
        const std::size_t room = limit > state.partitions.size() ? limit - state.partitions.size() : 0;
        if (wanted.size() > room)
        {
            plan.findings.push_back(too_many(config, state.partitions.size(), wanted.size() - room));
            wanted.resize(room);
        }
        GivenNames given{names};
        for (const NewValue &value : wanted)
        {
            plan.creates.push_back(
                {name_for(config, {value.value}, given), {value.value}, value.rows, reason_for(value)});
            given.give(plan.creates.back().name);
        }
    }
    plan.fingerprint = fingerprint_of(state, plan.creates);
    return plan;
}

} // namespace strata::core
