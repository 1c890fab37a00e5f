#pragma once

namespace strata
{

// Names a step, so that a test can have something happen there: a crash, a cancel, work of another session.  The
// variable that it looks at is filled by the library in test/faults alone, which is never installed with the
// extension; otherwise nothing happens.
void test_point(const char *name);

// The name of that variable, and what it points to.
inline constexpr const char *test_point_variable = "pg_strata_test_point";
using TestPointFunction = void (*)(const char *name);

} // namespace strata
