#pragma once

#include <cstdint>

// Jobs that were interrupted (see log/job.hpp).
namespace strata::moving
{

// Goes on with the parameters that its last call had; for a procedure.
void resume_job(std::int64_t id);

// Ends it for good: cancels the session that works on it, if there is one, and lets maintenance look after the set
// again.  What was moved stays where it is.
void abort_job(std::int64_t id);

} // namespace strata::moving
