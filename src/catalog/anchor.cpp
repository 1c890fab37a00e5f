#include "catalog/anchor.hpp"

#include "core/codec.hpp"
#include "core/error.hpp"
#include "core/number_text.hpp"
#include "core/time_reader.hpp"

namespace strata::catalog
{

std::string anchor_text(const core::Key &key, core::Coordinate point)
{
    return core::Codec(key, core::UtcZone()).text(point);
}

core::Coordinate parse_anchor(const core::Key &key, std::string_view text)
{
    if (!core::is_time(core::axis_of(key)))
        return core::parse_number_step(text, "anchor").width;
    const auto point = core::read_time(text);
    if (!point)
        throw core::Error(core::ErrorKind::invalid_argument, "anchor \"" + std::string(text) + "\" is not valid",
                          "An anchor is a point of the grid of bounds.",
                          "Write it in UTC (timestamptz) or as wall clock, such as '2026-11-01 00:00:00'.");
    return *point;
}

} // namespace strata::catalog
