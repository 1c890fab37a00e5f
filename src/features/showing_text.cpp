#include "features/showing_text.hpp"

#include "catalog/instant_text.hpp"
#include "catalog/partitions.hpp"
#include "core/align.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

std::int64_t read_number(const std::string &text, const std::string &what)
{
    std::int64_t number = 0;
    const char *end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure == std::errc::result_out_of_range)
        throw Error{ErrorKind::out_of_range, what + " \"" + text + "\" is out of range for type bigint",
                    "The partition set is partitioned by an integer column.",
                    "Pass a number from -9223372036854775808 to 9223372036854775807."};
    if (failure != std::errc{} || stop != end)
        throw Error{ErrorKind::invalid_argument, what + " \"" + text + "\" is not an integer",
                    "The partition set is partitioned by an integer column.", "Pass a whole number such as '42'."};
    return number;
}

// With a fraction, or as 1e6: numeric knows more ways to write a number.
core::Coordinate read_numeric(const std::string &text)
{
    const auto number =
        catalog::to_coordinate(pg::call([&] {
                                   return DirectFunctionCall3(numeric_in, CStringGetDatum(text.c_str()),
                                                              ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
                               }),
                               core::KeyType::numeric);
    if (!number)
        throw Error{ErrorKind::out_of_range, "value \"" + text + "\" is out of range for type bigint",
                    "Partitions of a numeric control column lie between bigints.",
                    "Pass a number from -9223372036854775808 to 9223372036854775807."};
    return *number;
}

TimestampTz read_instant(const std::string &text, std::string_view zone)
{
    return catalog::read_instant(text, zone, "p_value");
}

// On the civil axis a text without an offset is the wall clock itself, also in an hour that the zone skips.
// Such a text means another instant in each zone; a text with an offset does not.
core::Coordinate read_civil(const std::string &text, const core::Codec &codec)
{
    const TimestampTz as_utc = read_instant(text, "UTC");
    return as_utc == read_instant(text, codec.zone().name()) ? codec.from_instant(as_utc) : as_utc;
}

} // namespace

core::Coordinate read_value(const std::string &text, const core::Codec &codec)
{
    if (core::is_plain(codec.key(), core::KeyType::numeric))
        return read_numeric(text);
    if (!core::is_time(codec.axis()))
        return read_number(text, "value");
    return codec.axis() == core::Axis::civil ? read_civil(text, codec) : read_instant(text, codec.zone().name());
}

core::Coordinate start_from_suffix(const std::string &name, const core::SetConfig &config)
{
    const auto mark = name.rfind("_p");
    const std::string suffix = mark == std::string::npos ? "" : name.substr(mark + 2);
    if (suffix.empty())
        throw Error{ErrorKind::invalid_argument, "name \"" + name + "\" does not end in a partition suffix",
                    "The name of a partition ends in \"_p\" and its lower bound.",
                    "Pass a name such as \"events_p20261105\", or \"items_p100\" in an id set."};
    const core::Codec codec = config.codec();
    if (!core::is_time(codec.axis()))
        return read_number(suffix, "partition suffix");
    const std::string pattern =
        config.datetime_string.value_or(core::default_suffix_pattern(std::get<core::TimeStep>(config.step)));
    pg::Settings settings;
    settings.set("TimeZone", std::string(config.zone->name()));
    const Datum input = pg::text_datum(suffix);
    const Datum format = pg::text_datum(pattern);
    const TimestampTz instant = pg::call(
        [&] { return DatumGetTimestampTz(DirectFunctionCall2Coll(to_timestamp, C_COLLATION_OID, input, format)); });
    return codec.from_instant(instant);
}

} // namespace strata
