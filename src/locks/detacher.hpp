#pragma once

#include "locks/acquire.hpp"

namespace strata::locks
{

// Who is just detaching a table of this name concurrently: while he waits for others he holds no lock that would
// tell. If somebody else ends the detach, he gets an error.
std::optional<Blocker> find_detacher(const std::string &name);

// Whose transaction is the oldest with a snapshot: FINALIZE waits for that.
std::optional<Blocker> find_oldest_snapshot();

} // namespace strata::locks
