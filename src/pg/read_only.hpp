#pragma once

namespace strata::pg
{

// core::Error (25006) on a standby and in a read-only transaction; `function` is the name without parentheses.
void refuse_read_only(const char *function);

} // namespace strata::pg
