#include "catalog/bounds_function.hpp"

#include "catalog/named_function.hpp"
#include "core/align.hpp"
#include "core/error.hpp"
#include "pg/deadline.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"
#include "pg/version.hpp"
#include "settings.hpp"

#include <chrono>
#include <map>

namespace strata::catalog
{

namespace
{

using core::Coordinate;
using core::Error;
using core::ErrorKind;

Oid argument_type(const core::Key &key, const Parent &parent)
{
    return key.encoding() != nullptr ? TIMESTAMPTZOID : parent.key_type;
}

std::string wanted(const std::string &type)
{
    return "It has to be (p_parent regclass, p_value " + type + ") RETURNS TABLE (lower " + type + ", upper " +
           type + "); its name is written as schema.function, without quotes.";
}

// The call, as the owner may make it.
FunctionCall call_of(const std::string &name, Oid type, Oid table_owner)
{
    const Oid function = find_function(name, {REGCLASSOID, type});
    if (!OidIsValid(function))
        throw Error{ErrorKind::undefined_object, "function \"" + name + "\" does not exist",
                    "There is none of that name with arguments (regclass, " + pg::type_text(type) + ").",
                    wanted(pg::type_text(type))};
    check_function_owner(function, name, table_owner,
                         "It runs with the rights of the table's owner: use a function of his or of a superuser.");
    const FunctionName parts(name);
    if (pg::call(pg::version::function_aclcheck, function, table_owner, AclMode{ACL_EXECUTE}) != ACLCHECK_OK ||
        pg::call(pg::version::schema_aclcheck, parts.schema, table_owner, AclMode{ACL_USAGE}) != ACLCHECK_OK)
        throw Error{ErrorKind::insufficient_privilege,
                    "role \"" + pg::role_name(table_owner) + "\" may not call function \"" + name + "\"",
                    "It runs with the rights of the table's owner, who is this role.",
                    "Grant it EXECUTE on the function and USAGE on its schema."};
    return {function, parts.quoted() + "($1, CAST($2 AS " + pg::type_text(type) + "))"};
}

// What is not the function's fault is told as it is: it may be otherwise in the next run.
bool is_passing(int sqlstate)
{
    const int category = ERRCODE_TO_CATEGORY(sqlstate);
    return category == ERRCODE_TRANSACTION_ROLLBACK || category == ERRCODE_INSUFFICIENT_RESOURCES ||
           sqlstate == ERRCODE_LOCK_NOT_AVAILABLE;
}

// For one plan; whoever writes the function must not keep the worker from everybody else's sets.
constexpr std::size_t most_asked = 20'000;

// Adds the time that this lives.
class Spending
{
public:
    explicit Spending(std::int64_t &microseconds) : microseconds_(microseconds) {}
    ~Spending()
    {
        microseconds_ += std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun_).count();
    }
    Spending(const Spending &) = delete;
    Spending &operator=(const Spending &) = delete;

private:
    using Clock = std::chrono::steady_clock;
    std::int64_t &microseconds_;
    Clock::time_point begun_ = Clock::now();
};

class FunctionCells final : public core::Cells
{
public:
    FunctionCells(std::string name, const Parent &parent, const core::Codec &codec, int timeout_ms)
        : name_(std::move(name)), parent_(parent.oid), owner_(parent.owner),
          type_(argument_type(codec.key(), parent)), codec_(codec), timeout_ms_(timeout_ms)
    {}

    Cell holding(Coordinate value) const override
    {
        const auto above = known_.upper_bound(value);
        if (above != known_.begin() && value < std::prev(above)->second)
            return {std::prev(above)->first, std::prev(above)->second};
        if (known_.size() == most_asked)
            throw Error{ErrorKind::program_limit_exceeded,
                        "bounds function " + name_ + " returned more than " + std::to_string(most_asked) +
                            " partitions",
                        "They are much shorter than the interval, by which it is decided how many are looked at.",
                        "Set partition_interval to how long they are."};
        const Cell cell = checked(value, ask(value));
        known_.emplace(cell.lower, cell.upper);
        return cell;
    }

private:
    struct Answer
    {
        std::optional<Coordinate> lower;
        std::optional<Coordinate> upper;
    };

    Answer ask(Coordinate value) const;
    Cell checked(Coordinate value, const Answer &answer) const;
    Coordinate bound(std::optional<Coordinate> given, const char *which, Coordinate value) const;

    // As a number of the axis, whatever the type.
    std::string as_coordinate(const std::string &column) const
    {
        const std::string cast = "CAST(" + column + " AS " + pg::type_text(type_) + ")";
        return codec_.axis() == core::Axis::civil
                   ? "(CAST(" + cast + " AS pg_catalog.timestamp) AT TIME ZONE 'UTC')"
               : codec_.axis() == core::Axis::instant ? cast
                                                      : "CAST(" + cast + " AS pg_catalog.int8)";
    }

    std::string name_;
    Oid parent_;
    Oid owner_;
    Oid type_;
    core::Codec codec_;
    int timeout_ms_;
    // Of one look at the set: each answer may be a short one, and the number of them is what the function makes it.
    mutable std::int64_t spent_us_ = 0;
    mutable std::map<Coordinate, Coordinate> known_;
};

FunctionCells::Answer FunctionCells::ask(Coordinate value) const
{
    // A function that does what asks functions must not end the time of the one that is being asked.
    if (pg::Deadline::is_set())
        throw Error{ErrorKind::object_in_use, "a function that maintenance calls cannot start what asks for bounds",
                    "It is being asked already."};
    const FunctionCall call = call_of(name_, type_, owner_);
    const pg::Spi spi;
    const pg::Identity identity(owner_, GetUserId() != owner_);
    pg::Settings settings;
    settings.set("search_path", "pg_catalog, pg_temp");
    settings.set("TimeZone", std::string(codec_.zone().name()));
    settings.set("DateStyle", "ISO, MDY");
    settings.set("IntervalStyle", "postgres");
    const pg::ActiveSnapshot snapshot;
    const Spending spending(spent_us_);
    const pg::Deadline deadline(static_cast<int>(std::max<std::int64_t>(1, timeout_ms_ - spent_us_ / 1000)));
    try
    {
        const pg::Rows rows = select_from(
            call, as_coordinate("b.lower") + ", " + as_coordinate("b.upper"), "b (lower, upper) LIMIT 2",
            {pg::Param::regclass(parent_), pg::Param::text(codec_.text(value))}, true);
        if (rows.size() != 1)
            throw Error{ErrorKind::invalid_definition,
                        "bounds function " + name_ + " returned " +
                            (rows.empty() ? "nothing" : "more than one row") + " for " + codec_.text(value),
                        "Each value belongs to one partition."};
        const auto read = [&](int column) -> std::optional<Coordinate> {
            return codec_.axis() == core::Axis::number ? rows.int8(0, column) : rows.timestamptz(0, column);
        };
        return {read(0), read(1)};
    }
    catch (const pg::Canceled &)
    {
        if (!deadline.passed())
            throw;
        throw Error{ErrorKind::not_in_prerequisite_state,
                    "bounds function " + name_ + " did not end within " + std::to_string(timeout_ms_) + " ms",
                    "The value was " + codec_.text(value) + ", after " + std::to_string(known_.size()) +
                        " partitions.",
                    "Let it do less, or raise hook_timeout in partman.part_config."};
    }
    catch (const pg::Error &error)
    {
        if (is_passing(error.sqlstate()))
            throw;
        throw Error{ErrorKind::invalid_definition, "bounds function " + name_ + " failed: " + error.message(),
                    "The value was " + codec_.text(value) + "." +
                        (error.detail().empty() ? "" : "  " + error.detail()),
                    error.hint()};
    }
}

Coordinate FunctionCells::bound(std::optional<Coordinate> given, const char *which, Coordinate value) const
{
    const std::string said = "bounds function " + name_ + " returned ";
    const std::string detail = "The value was " + codec_.text(value) + ".";
    if (!given)
        throw Error{ErrorKind::null_value_not_allowed, said + "no " + which + " bound", detail,
                    "Each partition needs both."};
    const bool time = core::is_time(codec_.axis());
    if (!codec_.in_range(*given))
        throw Error{time ? ErrorKind::datetime_out_of_range : ErrorKind::out_of_range,
                    said + "a bound that no partition can have", detail, "Bounds are finite."};
    if (time && core::truncate(codec_, *given, core::TruncUnit::second) != *given)
        throw Error{ErrorKind::invalid_definition, said + codec_.text(*given) + ", which is no whole second",
                    detail};
    return *given;
}

core::Cells::Cell FunctionCells::checked(Coordinate value, const Answer &answer) const
{
    const Cell cell{bound(answer.lower, "lower", value), bound(answer.upper, "upper", value)};
    const std::string range = codec_.text(cell.lower) + " to " + codec_.text(cell.upper);
    const auto refuse = [&](const std::string &what, const std::string &detail) {
        throw Error{ErrorKind::invalid_definition, "bounds function " + name_ + " " + what, detail,
                    "It has to return the bounds of the one partition that holds the value."};
    };
    if (cell.lower >= cell.upper)
        refuse("returned bounds in the wrong order", "For " + codec_.text(value) + " it returned " + range + ".");
    if (value < cell.lower || value >= cell.upper)
        refuse("leaves a hole at " + codec_.text(value),
               "It returned " + range + " for it, which does not hold it.");
    const auto above = known_.upper_bound(cell.lower);
    const bool below = above != known_.begin() && std::prev(above)->second > cell.lower;
    if (below || (above != known_.end() && above->first < cell.upper))
    {
        const auto &other = below ? *std::prev(above) : *above;
        refuse("returned partitions that overlap", "For " + codec_.text(value) + " it returned " + range +
                                                       ", and before that " + codec_.text(other.first) + " to " +
                                                       codec_.text(other.second) + ".");
    }
    return cell;
}

} // namespace

void check_bounds_function(const std::string &name, const core::Key &key, const Parent &parent)
{
    (void) call_of(name, argument_type(key, parent), parent.owner);
}

std::shared_ptr<const core::Cells> cells_of(const std::string &name, const Parent &parent, const core::Codec &codec,
                                            std::optional<int> timeout_ms)
{
    return std::make_shared<FunctionCells>(name, parent, codec, timeout_ms.value_or(settings::hook_timeout_ms()));
}

} // namespace strata::catalog
