#pragma once

#include "features/privileges.hpp"

#include <optional>

namespace strata
{

// autovacuum_off(), autovacuum_reset(): of the parent with all below it, and of a further table.  What cannot have
// the setting, such as a partitioned table, is passed over.
void set_autovacuum(const char *function, bool off, const DottedName &parent,
                    const std::optional<DottedName> &source);

} // namespace strata
