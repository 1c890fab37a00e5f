// uuid7_time_encoder, uuid7_time_decoder.
#include "core/checked.hpp"
#include "core/error.hpp"
#include "core/unix_millis.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/guard.hpp"

using namespace strata;

STRATA_FUNCTION(strata_uuid7_time_encoder)
{
    TimestampTz const time = PG_GETARG_TIMESTAMPTZ(0);
    // To the nearest millisecond, as the dialect's cast of a numeric does.
    if (TIMESTAMP_NOT_FINITE(time) || time < core::first_of_millis() || time > core::last_of_millis())
        throw core::Error{core::ErrorKind::datetime_out_of_range, "time out of range for a UUIDv7",
                          "48 bits of milliseconds reach from 1970 to the year 10889.", "Pass a time in between."};
    TimestampTz const nearest = std::min(time + 500, core::last_of_millis());
    std::string const bytes = core::millis_bytes(nearest - core::floor_modulo(nearest, 1000));
    auto *uuid = static_cast<pg_uuid_t *>(pg::call(palloc, sizeof(pg_uuid_t)));
    memcpy(uuid->data, bytes.data(), UUID_LEN);
    return UUIDPGetDatum(uuid);
}

STRATA_FUNCTION(strata_uuid7_time_decoder)
{
    std::string const given = *pg::text_arg(fcinfo, 0);
    Datum const uuid = pg::call([&] { return DirectFunctionCall1(uuid_in, CStringGetDatum(given.c_str())); });
    std::string_view const bytes{reinterpret_cast<const char *>(DatumGetUUIDP(uuid)->data), UUID_LEN};
    return TimestampTzGetDatum(core::decode_millis(bytes).instant);
}
