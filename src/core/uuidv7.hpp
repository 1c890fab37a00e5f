#pragma once

#include "core/encoding.hpp"

#include <memory>

namespace strata::core
{

// Times at the head of a uuid, as RFC 9562 has them in version 7.  Bounds are zero behind the time, also where the
// version stands, so that every UUID of a millisecond is in the partition of that millisecond.
std::shared_ptr<const Encoding> uuidv7_encoding();

// A uuid as PostgreSQL prints it, from its 16 bytes.
std::string uuid_text(std::string_view bytes);

} // namespace strata::core
