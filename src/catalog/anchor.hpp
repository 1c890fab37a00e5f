#pragma once

#include "core/key.hpp"

#include <string>
#include <string_view>

namespace strata::catalog
{

// A point of the set's grid <-> the text in part_config.anchor: `2026-11-01 00:00:00+00` (timestamptz, always UTC),
// `2026-11-01 00:00:00` (timestamp), `2026-11-01` (date), `100`.  Reading a malformed text throws core::Error
// (invalid_argument).
std::string anchor_text(const core::Key &key, core::Coordinate point);
core::Coordinate parse_anchor(const core::Key &key, std::string_view text);

} // namespace strata::catalog
