#include "core/adoption.hpp"

#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/existing.hpp"
#include "core/zone_rank.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace strata::core
{

namespace
{

// What zones are compared by: enough for two years of days, with both changes of the clock.
constexpr std::size_t most_compared = 800;

std::string table_text(const SetConfig &config)
{
    return "\"" + config.schema + "." + config.table + "\"";
}

// What the partitions look like in one time zone.
struct Reading
{
    Step step;
    Coordinate anchor = 0;
    std::size_t regular = 0;
    std::size_t matched = 0;
    bool named = false;
    bool with_gaps = false;
    int alignment = 0;
    std::optional<std::string> name_template;

    auto score() const { return std::make_tuple(regular, matched, alignment); }
};

std::vector<std::size_t> all_of(const SetState &state)
{
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < state.partitions.size(); ++i)
    {
        const Range &range = state.partitions[i].range;
        if (range.lower.finite() && range.upper.finite())
        {
            all.push_back(i);
        }
    }
    return all;
}

// Each partition up to where the next one begins: for those whose upper bounds were meant to be the last day.
SetState closed_up(const SetState &state)
{
    SetState closed = state;
    for (std::size_t i = 1; i < closed.partitions.size(); ++i)
    {
        Range &before = closed.partitions[i - 1].range;
        before.upper = std::max(before.upper, closed.partitions[i].range.lower);
    }
    return closed;
}

std::optional<Reading> read(SetConfig config, const Zone &zone, const SetState &state, const Wishes &wishes,
                            Coordinate now, NameCheck check)
{
    config.zone = &zone;
    const Codec codec = config.codec();
    Reading reading;
    std::optional<Run> run = current_run(codec, state, wishes.step);
    SetState closed;
    if (!run)
    {
        closed = closed_up(state);
        run = current_run(codec, closed, wishes.step);
        reading.with_gaps = run.has_value();
    }
    if (run)
    {
        reading.regular = run->members.size();
    }
    else if (wishes.step)
    {
        config.step = *wishes.step;
        config.anchor = newest_bound(codec, state);
        run =
            Run{*wishes.step, config.anchor ? *config.anchor : grid_of(config, state, now).anchor(), all_of(state)};
    }
    else
    {
        return std::nullopt;
    }
    reading.step = run->step;
    reading.anchor = run->anchor;
    reading.alignment = alignment(codec, reading.with_gaps ? closed : state, *run);
    reading.name_template = wishes.name_template;
    if (!wishes.name_template && reading.regular > 0)
    {
        config.datetime_string.reset();
        const Grid grid(codec, run->step, run->anchor);
        config.step = run->step;
        if (auto names = recognise_names(config, state, run->members, grid, check))
        {
            reading.named = true;
            reading.matched = names->matched;
            reading.name_template = names->name_template;
        }
    }
    return reading;
}

// Nothing that another zone could explain better.
bool is_plain(const Reading &reading)
{
    const auto *time = std::get_if<TimeStep>(&reading.step);
    return reading.alignment == 2 && (time == nullptr || steps_in_civil(*time) || reading.named);
}

SetState newest_of(const SetState &state, std::size_t most)
{
    SetState some;
    const std::size_t count = std::min(most, state.partitions.size());
    some.partitions.assign(state.partitions.end() - static_cast<std::ptrdiff_t>(count), state.partitions.end());
    return some;
}

// Whether it is worth reading the partitions in a zone: those of a day and longer should begin at midnight there.
bool worth_reading(const Codec &codec, const Range &typical)
{
    if (typical.upper.value - typical.lower.value < micros_per_day - 3 * micros_per_hour)
    {
        return true;
    }
    return codec.to_civil(typical.lower.value) % micros_per_day == 0 &&
           codec.to_civil(typical.upper.value) % micros_per_day == 0;
}

// What the codec's zone does after an instant: its offset each fortnight for two years.
std::vector<std::int64_t> future_of(const Codec &codec, Coordinate instant)
{
    constexpr std::int64_t fortnights = 52;
    std::vector<std::int64_t> offsets;
    for (std::int64_t i = 0; i < fortnights; ++i)
    {
        const Coordinate at = std::min(add_saturating(instant, i * 14 * micros_per_day), codec.highest());
        offsets.push_back(codec.to_civil(at) - at);
    }
    return offsets;
}

// The zone that explains bounds and names best, among the session's, UTC and all others.
class ZoneSearch
{
public:
    ZoneSearch(const SetConfig &config, const SetState &state, const Wishes &wishes, Coordinate now)
        : config_(config), recent_(newest_of(state, most_compared)), wishes_(wishes), now_(now)
    {
        const std::vector<std::size_t> finite = all_of(recent_);
        if (!finite.empty())
        {
            // Not the last one: those may have been made for some far future.
            typical_ = recent_.partitions[finite[finite.size() * 3 / 4]].range;
        }
    }

    // The name of the zone; the session's where nothing is better.
    std::string run(const ZoneVisitor &zones)
    {
        const auto here = read(config_, *config_.zone, recent_, wishes_, now_, NameCheck::quick);
        if (!typical_ || (here && is_plain(*here)))
        {
            return std::string(config_.zone->name());
        }
        if (here)
        {
            consider(*config_.zone, -1, *here);
        }
        consider(UtcZone{}, *zone_rank("UTC"));
        if (best_.empty() || !is_plain(best_.front().reading))
        {
            zones([this](const Zone &zone) {
                const auto rank = zone_rank(zone.name());
                if (rank && zone.name() != "UTC" && zone.name() != config_.zone->name())
                {
                    consider(zone, *rank);
                }
            });
        }
        if (best_.empty())
        {
            return std::string(config_.zone->name());
        }
        std::sort(best_.begin(), best_.end(), [](const Found &a, const Found &b) {
            return std::tie(a.rank, a.name) < std::tie(b.rank, b.name);
        });
        return best_.front().name;
    }

    void tell(Adoption &adoption) const
    {
        for (std::size_t i = 1; i < best_.size(); ++i)
        {
            adoption.other_zones.push_back(best_[i].name);
            adoption.other_zones_agree &= best_[i].future == best_.front().future;
        }
    }

private:
    struct Found
    {
        int rank;
        std::string name;
        Reading reading;
        std::vector<std::int64_t> future;
    };

    void consider(const Zone &zone, int rank)
    {
        SetConfig config = config_;
        config.zone = &zone;
        if (!worth_reading(config.codec(), *typical_))
        {
            return;
        }
        if (const auto reading = read(config_, zone, recent_, wishes_, now_, NameCheck::quick))
        {
            consider(zone, rank, *reading);
        }
    }

    void consider(const Zone &zone, int rank, const Reading &reading)
    {
        if (!best_.empty() && reading.score() < best_.front().reading.score())
        {
            return;
        }
        if (!best_.empty() && reading.score() > best_.front().reading.score())
        {
            best_.clear();
        }
        SetConfig there = config_;
        there.zone = &zone;
        best_.push_back({rank, std::string(zone.name()), reading, future_of(there.codec(), typical_->upper.value)});
    }

    const SetConfig &config_;
    SetState recent_;
    const Wishes &wishes_;
    Coordinate now_;
    std::optional<Range> typical_;
    std::vector<Found> best_; // all with the same score
};

[[noreturn]] void refuse_no_partitions(const SetConfig &config)
{
    throw Error{ErrorKind::not_in_prerequisite_state,
                "table " + table_text(config) + " has no partitions to go on from",
                "manage() takes over what is there.", "Call create_parent(), which makes the first partitions."};
}

[[noreturn]] void refuse_open_ends(const SetConfig &config)
{
    throw Error{ErrorKind::invalid_argument, "p_interval must be given for table " + table_text(config),
                "None of its partitions has both a lower and an upper bound.",
                std::string("Pass p_interval, such as ") +
                    (is_time(axis_of(config.key)) ? "'1 month'." : "'1000000'.")};
}

[[noreturn]] void refuse_irregular(const SetConfig &config, const SetState &state)
{
    throw Error{ErrorKind::invalid_definition,
                "cannot infer the interval of table " + table_text(config) + " from its partitions",
                "From the oldest to the newest they are as wide as: " + widths_text(config.codec(), state) + ".",
                "Pass p_interval to say how wide new partitions shall be."};
}

Adoption finish(const SetConfig &config, const Zone &zone, const SetState &state, const Wishes &wishes,
                Coordinate now)
{
    const auto reading = read(config, zone, state, wishes, now, NameCheck::full);
    if (!reading)
    {
        SetConfig there = config;
        there.zone = &zone;
        refuse_irregular(there, state);
    }
    Adoption adoption;
    adoption.step = reading->step;
    adoption.anchor = reading->anchor;
    adoption.regular = reading->regular;
    adoption.with_gaps = reading->with_gaps;
    adoption.zone = zone.name();
    adoption.name_template = reading->name_template;
    adoption.names_matched = reading->matched;
    return adoption;
}

} // namespace

Adoption adopt(const SetConfig &config, const SetState &state, const Wishes &wishes, Coordinate now,
               const ZoneVisitor &zones)
{
    if (state.partitions.empty())
    {
        refuse_no_partitions(config);
    }
    if (wishes.step)
    {
        validate_step(config.key, *wishes.step, config.list);
    }
    else if (all_of(state).empty())
    {
        refuse_open_ends(config);
    }
    if (wishes.zone != nullptr || config.codec().axis() != Axis::instant)
    {
        return finish(config, wishes.zone != nullptr ? *wishes.zone : *config.zone, state, wishes, now);
    }
    ZoneSearch search(config, state, wishes, now);
    const std::string name = search.run(zones);
    if (name == config.zone->name())
    {
        return finish(config, *config.zone, state, wishes, now);
    }
    std::optional<Adoption> adoption;
    const auto use = [&](const Zone &zone) {
        if (!adoption && zone.name() == name)
        {
            adoption = finish(config, zone, state, wishes, now);
        }
    };
    zones(use);
    if (!adoption)
    {
        use(UtcZone{});
    }
    adoption->zone_inferred = true;
    search.tell(*adoption);
    return *std::move(adoption);
}

} // namespace strata::core
