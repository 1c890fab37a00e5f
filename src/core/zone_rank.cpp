#include "core/zone_rank.hpp"

#include <algorithm>
#include <array>

namespace strata::core
{

namespace
{

// One place for each kind of clock, the one that most people mean: as in the Unicode consortium's table of zones
// for the whole world.
constexpr std::array<std::string_view, 81> well_known{"Europe/Berlin",
                                                      "Europe/London",
                                                      "America/New_York",
                                                      "America/Chicago",
                                                      "America/Los_Angeles",
                                                      "America/Denver",
                                                      "Asia/Kolkata",
                                                      "Asia/Shanghai",
                                                      "Asia/Tokyo",
                                                      "Asia/Singapore",
                                                      "Australia/Sydney",
                                                      "America/Sao_Paulo",
                                                      "Europe/Moscow",
                                                      "Europe/Istanbul",
                                                      "Europe/Athens",
                                                      "Europe/Helsinki",
                                                      "Asia/Dubai",
                                                      "Asia/Karachi",
                                                      "Asia/Dhaka",
                                                      "Asia/Bangkok",
                                                      "Asia/Seoul",
                                                      "Asia/Jerusalem",
                                                      "Asia/Riyadh",
                                                      "Asia/Tehran",
                                                      "Asia/Kabul",
                                                      "Asia/Kathmandu",
                                                      "Asia/Colombo",
                                                      "Asia/Yangon",
                                                      "Asia/Tashkent",
                                                      "Asia/Yekaterinburg",
                                                      "Asia/Omsk",
                                                      "Asia/Novosibirsk",
                                                      "Asia/Krasnoyarsk",
                                                      "Asia/Irkutsk",
                                                      "Asia/Yakutsk",
                                                      "Asia/Vladivostok",
                                                      "Asia/Kamchatka",
                                                      "Asia/Baku",
                                                      "Asia/Tbilisi",
                                                      "Asia/Yerevan",
                                                      "Asia/Baghdad",
                                                      "Asia/Beirut",
                                                      "Asia/Amman",
                                                      "Asia/Damascus",
                                                      "Asia/Ulaanbaatar",
                                                      "Asia/Taipei",
                                                      "Africa/Cairo",
                                                      "Africa/Johannesburg",
                                                      "Africa/Lagos",
                                                      "Africa/Nairobi",
                                                      "Africa/Casablanca",
                                                      "Africa/Windhoek",
                                                      "Atlantic/Reykjavik",
                                                      "Atlantic/Azores",
                                                      "Atlantic/Cape_Verde",
                                                      "America/Nuuk",
                                                      "America/Noronha",
                                                      "America/Montevideo",
                                                      "America/Argentina/Buenos_Aires",
                                                      "America/Bahia",
                                                      "America/Santiago",
                                                      "America/Asuncion",
                                                      "America/Caracas",
                                                      "America/La_Paz",
                                                      "America/Halifax",
                                                      "America/St_Johns",
                                                      "America/Bogota",
                                                      "America/Havana",
                                                      "America/Guatemala",
                                                      "America/Mexico_City",
                                                      "America/Regina",
                                                      "America/Phoenix",
                                                      "America/Anchorage",
                                                      "Pacific/Honolulu",
                                                      "Australia/Adelaide",
                                                      "Australia/Darwin",
                                                      "Australia/Brisbane",
                                                      "Australia/Perth",
                                                      "Pacific/Auckland",
                                                      "Pacific/Chatham",
                                                      "Australia/Lord_Howe"};

constexpr std::array<std::string_view, 10> areas{"Africa/",   "America/",   "Antarctica/", "Arctic/", "Asia/",
                                                 "Atlantic/", "Australia/", "Europe/",     "Indian/", "Pacific/"};

} // namespace

std::optional<int> zone_rank(std::string_view name)
{
    if (name == "UTC")
    {
        return 0;
    }
    const auto found = std::find(well_known.begin(), well_known.end(), name);
    if (found != well_known.end())
    {
        return 1 + static_cast<int>(found - well_known.begin());
    }
    const bool place = std::any_of(areas.begin(), areas.end(),
                                   [&](std::string_view area) { return name.substr(0, area.size()) == area; });
    return place ? std::optional(1 + static_cast<int>(well_known.size())) : std::nullopt;
}

} // namespace strata::core
