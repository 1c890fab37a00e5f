#include "catalog/zone.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"

namespace strata::catalog
{

namespace
{

constexpr int64_t seconds_to_2000 = int64_t{POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE} * SECS_PER_DAY;

int64_t floor_seconds(core::Coordinate micros)
{
    int64_t seconds = micros / USECS_PER_SEC;
    if (micros % USECS_PER_SEC < 0)
        seconds--;
    return seconds;
}

} // namespace

PgZone::PgZone(pg_tz *zone) : zone_(zone), name_(pg_get_timezone_name(zone)) {}

core::Coordinate PgZone::to_civil(core::Coordinate instant) const
{
    const pg_time_t seconds = floor_seconds(instant) + seconds_to_2000;
    const pg_tm *local = pg_localtime(&seconds, zone_);
    return local == nullptr ? instant : instant + local->tm_gmtoff * USECS_PER_SEC;
}

core::Coordinate PgZone::to_instant(core::Coordinate civil) const
{
    pg_tm local{};
    fsec_t fraction = 0;
    // Beyond the years that PostgreSQL knows there is no zone data either.
    if (timestamp2tm(civil, nullptr, &local, &fraction, nullptr, nullptr) != 0)
        return civil;
    // Seconds west of Greenwich, with PostgreSQL's choice where the clock was changed.
    return civil + DetermineTimeZoneOffset(&local, zone_) * USECS_PER_SEC;
}

const core::Zone &zone(std::string_view name)
{
    // Never destroyed: destructors of static objects would run in exit() of each session.
    static auto &zones = *new std::map<std::string, PgZone, std::less<>>;
    const auto found = zones.find(name);
    if (found != zones.end())
        return found->second;

    const std::string text(name);
    pg_tz *known = pg::call(pg_tzset, text.c_str());
    if (known == nullptr || !pg::call(pg_tz_acceptable, known))
        throw core::Error(core::ErrorKind::invalid_argument, "time zone \"" + text + "\" not recognized",
                          "The server's time zone data has no such zone.",
                          "See pg_timezone_names for the names, such as 'Europe/Berlin'.");
    // PostgreSQL takes more as the zone of a session, but then cannot read the times that it writes.
    const core::Coordinate offset = PgZone(known).to_civil(0);
    if (std::abs(offset) > MAX_TZDISP_HOUR * USECS_PER_HOUR)
        throw core::Error(core::ErrorKind::invalid_argument, "time zone \"" + text + "\" is too far from UTC",
                          "Times with an offset of more than " + std::to_string(MAX_TZDISP_HOUR) +
                              " hours cannot be written as text.",
                          "See pg_timezone_names for the names, such as 'Europe/Berlin'.");
    return zones.try_emplace(text, known).first->second;
}

std::string session_zone()
{
    return pg_get_timezone_name(session_timezone);
}

void visit_zones(const std::function<void(const core::Zone &)> &visit)
{
    // What it holds open when somebody throws, the transaction's end closes.
    pg_tzenum *zones = pg::call(pg_tzenumerate_start);
    while (pg_tz *zone = pg::call(pg_tzenumerate_next, zones))
        visit(PgZone(zone));
    pg::call(pg_tzenumerate_end, zones);
}

} // namespace strata::catalog
