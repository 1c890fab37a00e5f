#include "catalog/instant_text.hpp"

#include "core/error.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

TimestampTz parse(const std::string &text, std::string_view zone)
{
    pg::Settings settings;
    settings.set("TimeZone", std::string(zone));
    const char *input = text.c_str();
    return pg::call([&] {
        return DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(input),
                                                       ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
    });
}

} // namespace

TimestampTz read_instant(const std::string &text, std::string_view zone, const std::string &what)
{
    TimestampTz instant = 0;
    try
    {
        instant = parse(text, zone);
    }
    catch (const pg::Error &error)
    {
        const bool out_of_range = error.sqlstate() == ERRCODE_DATETIME_VALUE_OUT_OF_RANGE;
        if (!out_of_range && error.sqlstate() != ERRCODE_INVALID_DATETIME_FORMAT)
            throw;
        throw Error(out_of_range ? ErrorKind::datetime_out_of_range : ErrorKind::invalid_datetime, error.message(),
                    what + " is read as a timestamp with time zone.",
                    out_of_range ? "Pass a time between 4714 BC and 294276 AD."
                                 : "Pass a time such as '2026-11-01' or '2026-11-01 00:00:00+01'.");
    }
    if (TIMESTAMP_NOT_FINITE(instant))
        throw Error(ErrorKind::datetime_out_of_range, what + " must be a finite time",
                    "Value is '" + text + "'.  Rows with an infinite time go to the default partition.",
                    "Pass a finite time.");
    return instant;
}

} // namespace strata::catalog
