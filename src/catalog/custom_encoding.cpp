#include "catalog/custom_encoding.hpp"

#include "catalog/extension.hpp"
#include "catalog/named_function.hpp"
#include "core/codec.hpp"
#include "core/error.hpp"
#include "core/uuidv7.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

#include <map>
#include <optional>

namespace strata::catalog
{

namespace
{

using core::Decoded;
using core::Error;
using core::ErrorKind;

bool is_ours(const std::string &name, const char *function)
{
    const FunctionName parts(name);
    return parts.schema == extension_schema() && parts.name == function;
}

class CustomEncoding final : public core::Encoding
{
public:
    CustomEncoding(TimeFunctions functions, core::KeyType type, Oid owner, std::string zone)
        : functions_(std::move(functions)), type_(type), owner_(owner), zone_(std::move(zone))
    {}

    std::string name() const override { return "values of " + functions_.encoder + "()"; }
    core::Coordinate first() const override { return core::first_timestamp; }
    core::Coordinate last() const override { return core::end_of_timestamps - 1; }

    std::string encode(core::Coordinate instant) const override
    {
        const auto known = encoded_.find(instant);
        if (known != encoded_.end())
            return known->second;
        const pg::Spi spi;
        const pg::Rows rows =
            run(functions_.encoder, TIMESTAMPTZOID, pg::Param::timestamptz(instant), "::pg_catalog.text");
        const auto value = rows.text(0, 0);
        if (!value)
            throw Error{ErrorKind::null_value_not_allowed, "time encoder " + functions_.encoder + " returned null",
                        "The time was " + core::Codec(core::KeyType::timestamptz, core::UtcZone()).text(instant) +
                            ".",
                        "The bounds of partitions are made by it: it must have a value for every time."};
        return encoded_.emplace(instant, *value).first->second;
    }

    Decoded decode(std::string_view bytes) const override
    {
        const std::string value = type_ == core::KeyType::uuid ? core::uuid_text(bytes) : std::string(bytes);
        const pg::Spi spi;
        const pg::Rows rows = run(functions_.decoder, TEXTOID, pg::Param::text(value), "::pg_catalog.timestamptz");
        const auto time = rows.timestamptz(0, 0);
        if (!time)
            return {};
        if (TIMESTAMP_NOT_FINITE(*time))
            return {TIMESTAMP_IS_NOBEGIN(*time) ? Decoded::Place::below : Decoded::Place::above, 0, false};
        // Whether the encoder gives the value again is asked only of bounds.
        return {Decoded::Place::inside, *time, true};
    }

private:
    // Needs a live Spi.  The function's own code and nothing of the session's decides what it returns.
    pg::Rows run(const std::string &name, Oid argument, const pg::Param &value, const char *cast) const
    {
        const Oid function = find_function(name, {argument});
        if (!OidIsValid(function))
            throw Error{ErrorKind::undefined_object, "function \"" + name + "\" does not exist",
                        "Values of the control column are encoded or decoded by it.",
                        "Create it, or name another one in partman.part_config."};
        check_function_owner(function, name, owner_, time_function_hint);
        const pg::Identity identity(owner_, GetUserId() != owner_);
        pg::Settings settings;
        settings.set("search_path", "pg_catalog, pg_temp");
        settings.set("TimeZone", zone_);
        settings.set("DateStyle", "ISO, MDY");
        settings.set("IntervalStyle", "postgres");
        const pg::ActiveSnapshot snapshot;
        return select_from({function, FunctionName(name).quoted() + "($1)"}, std::string("value") + cast,
                           "f (value)", {value}, true);
    }

    TimeFunctions functions_;
    core::KeyType type_;
    Oid owner_;
    std::string zone_;
    mutable std::map<core::Coordinate, std::string> encoded_; // as many as there are bounds
};

} // namespace

std::shared_ptr<const core::Encoding> custom_encoding(const TimeFunctions &functions, core::KeyType type, Oid owner,
                                                      const std::string &zone)
{
    return std::make_shared<CustomEncoding>(functions, type, owner, zone);
}

bool are_uuidv7(const TimeFunctions &functions)
{
    return is_ours(functions.encoder, "uuid7_time_encoder") && is_ours(functions.decoder, "uuid7_time_decoder");
}

} // namespace strata::catalog
