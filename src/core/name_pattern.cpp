#include "core/name_pattern.hpp"

#include "core/error.hpp"
#include "core/name_template.hpp"
#include "core/partition_name.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace strata::core
{

namespace
{

// Tokens that say the same thing: a template has one of each kind at most.
enum class Kind
{
    table,
    year,
    iso_year,
    week,
    month, // or the quarter
    day,
    hour,
    minute,
    second,
    from,
    to,
};

struct Token
{
    Kind kind;
    std::string text;
};

// In the order in which they are tried where two of them read alike.
std::vector<Token> tokens_for(const Step &step)
{
    const auto *time = std::get_if<TimeStep>(&step);
    if (time == nullptr)
    {
        return {{Kind::from, "{from}"}, {Kind::to, "{to}"}};
    }
    std::vector<Token> tokens;
    if (time->months == 0 && time->micros == 0 && time->days % 7 == 0)
    {
        tokens = {{Kind::iso_year, "{IYYY}"}, {Kind::week, "{IW}"}};
    }
    tokens.push_back({Kind::year, "{YYYY}"});
    if (time->months > 0 && time->months % 3 == 0)
    {
        tokens.push_back({Kind::month, "{Q}"});
    }
    for (const char *month : {"{MM}", "{month}", "{Mon}", "{mon}"})
    {
        tokens.push_back({Kind::month, month});
    }
    tokens.push_back({Kind::day, "{DD}"});
    if (!steps_in_civil(*time))
    {
        tokens.insert(tokens.end(), {{Kind::hour, "{HH24}"}, {Kind::minute, "{MI}"}, {Kind::second, "{SS}"}});
    }
    tokens.push_back({Kind::year, "{YY}"});
    tokens.push_back({Kind::to, "{to}"});
    return tokens;
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

// Reads the names of a few partitions side by side: at each place either a token that each of them has its own
// value of, or a character that they share.
class Reader
{
public:
    Reader(const SetConfig &config, const Grid &grid, NameCheck check)
        : config_(config), grid_(grid), check_(check), tokens_(tokens_for(grid.step()))
    {}

    void add(const std::string &name, const Range &range)
    {
        std::vector<std::string> values;
        values.reserve(tokens_.size());
        for (const Token &token : tokens_)
        {
            values.push_back(NameTemplate::parse(token.text, grid_.codec().axis()).render("", range, grid_));
        }
        names_.push_back(name);
        values_.push_back(std::move(values));
    }

    std::optional<std::string> read()
    {
        at_.assign(names_.size(), 0);
        used_.clear();
        pattern_.clear();
        tries_ = 0;
        return go_on() ? std::optional(pattern_) : std::nullopt;
    }

private:
    static constexpr int most_tries = 20'000;
    static constexpr int most_checks = 6;

    bool go_on()
    {
        if (++tries_ > most_tries)
        {
            return false;
        }
        if (at_.front() == names_.front().size())
        {
            return at_end() && acceptable();
        }
        if (!used_.contains(Kind::table) && table_here() &&
            take(Kind::table, "{table}", [&](std::size_t) { return std::string_view(config_.table); }))
        {
            return true;
        }
        for (std::size_t t = 0; t < tokens_.size(); ++t)
        {
            if (allowed(tokens_[t].kind) && take(tokens_[t].kind, tokens_[t].text, [&](std::size_t sample) {
                    return std::string_view(values_[sample][t]);
                }))
            {
                return true;
            }
        }
        return take_literal();
    }

    // The name of the table as a word of its own, or at the beginning.
    bool table_here() const
    {
        const std::string &name = names_.front();
        const std::size_t after = at_.front() + config_.table.size();
        const bool starts = at_.front() == 0 || !is_word(name[at_.front() - 1]);
        return starts && (after >= name.size() || !is_letter(name[after]) || config_.table.size() > 2);
    }

    bool allowed(Kind kind) const
    {
        switch (kind)
        {
        case Kind::year:
            return !used_.contains(kind) && !used_.contains(Kind::iso_year) && !used_.contains(Kind::week);
        case Kind::iso_year:
            return !used_.contains(kind) && !used_.contains(Kind::year);
        case Kind::week:
            return !used_.contains(kind) && !used_.contains(Kind::year) && !used_.contains(Kind::month);
        case Kind::month:
            return !used_.contains(kind) && !used_.contains(Kind::week);
        default:
            return !used_.contains(kind);
        }
    }

    template <class Value>
    bool take(Kind kind, const std::string &text, Value value)
    {
        for (std::size_t i = 0; i < names_.size(); ++i)
        {
            if (value(i).empty() || names_[i].compare(at_[i], value(i).size(), value(i)) != 0)
            {
                return false;
            }
        }
        const std::vector<std::size_t> before = at_;
        const std::size_t length = pattern_.size();
        for (std::size_t i = 0; i < names_.size(); ++i)
        {
            at_[i] += value(i).size();
        }
        pattern_ += text;
        used_.insert(kind);
        if (go_on())
        {
            return true;
        }
        used_.erase(kind);
        pattern_.resize(length);
        at_ = before;
        return false;
    }

    bool take_literal()
    {
        const char c = names_.front()[at_.front()];
        for (std::size_t i = 0; i < names_.size(); ++i)
        {
            if (at_[i] == names_[i].size() || names_[i][at_[i]] != c || c == '{' || c == '}')
            {
                return false;
            }
        }
        for (std::size_t &at : at_)
        {
            ++at;
        }
        pattern_ += c;
        if (go_on())
        {
            return true;
        }
        pattern_.pop_back();
        for (std::size_t &at : at_)
        {
            --at;
        }
        return false;
    }

    bool at_end() const
    {
        for (std::size_t i = 0; i < names_.size(); ++i)
        {
            if (at_[i] != names_[i].size())
            {
                return false;
            }
        }
        return true;
    }

    // An ISO year without its week is a year that happens to agree.
    bool acceptable()
    {
        if (used_.contains(Kind::iso_year) != used_.contains(Kind::week) || checks_ == most_checks)
        {
            return false;
        }
        ++checks_;
        if (check_ == NameCheck::quick)
        {
            return true;
        }
        try
        {
            NameTemplate::parse(pattern_, grid_.codec().axis())
                .validate_unique(config_.table, grid_, grid_.anchor());
            return true;
        }
        catch (const Error &)
        {
            return false;
        }
    }

    const SetConfig &config_;
    const Grid &grid_;
    NameCheck check_;
    std::vector<Token> tokens_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> values_; // by name, then token

    std::vector<std::size_t> at_; // how far each name is read
    std::set<Kind> used_;
    std::string pattern_;
    int tries_ = 0;
    int checks_ = 0;
};

// Local hours that occur twice have an ending in our names that nobody else's have.
bool is_plain(const Grid &grid, const Range &range)
{
    const Codec &codec = grid.codec();
    return codec.axis() != Axis::instant || !is_repeated(codec.zone(), range.lower.value);
}

// At most `most` of the members, the first and the last among them.
std::vector<std::size_t> spread(const std::vector<std::size_t> &members, std::size_t most)
{
    if (members.size() <= most)
    {
        return members;
    }
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < most; ++i)
    {
        some.push_back(members[i * (members.size() - 1) / (most - 1)]);
    }
    return some;
}

std::size_t count_matched(const SetConfig &config, const SetState &state, const std::vector<std::size_t> &members,
                          const Grid &grid)
{
    return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), [&](std::size_t member) {
        return state.partitions[member].name == wanted_name(config, grid, state.partitions[member].range);
    }));
}

} // namespace

std::optional<NamePattern> recognise_names(const SetConfig &config, const SetState &state,
                                           const std::vector<std::size_t> &members, const Grid &grid,
                                           NameCheck check)
{
    if (members.empty())
    {
        return std::nullopt;
    }
    SetConfig tried = config;
    const auto judge = [&](const std::optional<std::string> &name_template) -> std::optional<NamePattern> {
        tried.name_template = name_template;
        const std::size_t matched = count_matched(tried, state, members, grid);
        const bool newest = count_matched(tried, state, {members.back()}, grid) == 1;
        return newest && matched * 2 >= members.size() ? std::optional(NamePattern{name_template, matched})
                                                       : std::nullopt;
    };
    if (auto dialect = judge(std::nullopt))
    {
        return dialect;
    }
    // From many names first; odd ones among the older shall not hide what the newest follow.
    for (const std::size_t newest : {members.size(), std::size_t{8}, std::size_t{3}})
    {
        if (newest > members.size())
        {
            continue;
        }
        const std::vector<std::size_t> last(members.end() - static_cast<std::ptrdiff_t>(newest), members.end());
        Reader reader(config, grid, check);
        std::size_t read = 0;
        for (const std::size_t member : spread(last, 24))
        {
            const Partition &partition = state.partitions[member];
            if (is_plain(grid, partition.range))
            {
                reader.add(partition.name, partition.range);
                ++read;
            }
        }
        const auto found = read == 0 ? std::nullopt : reader.read();
        if (found)
        {
            if (auto judged = judge(*found))
            {
                return judged;
            }
        }
    }
    return std::nullopt;
}

} // namespace strata::core
