#pragma once

#include "core/encoding.hpp"

#include <memory>

namespace strata::core
{

// ULIDs: in a uuid or bytea their 16 bytes, in a text their 26 characters.
std::shared_ptr<const Encoding> ulid_encoding(KeyType type);

} // namespace strata::core
