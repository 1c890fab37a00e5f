#include "test_point.hpp"

#include "pg/guard.hpp"

namespace strata
{

void test_point(const char *name)
{
    // The variable lives as long as the process, so its address is looked up once.
    static void **const reached = pg::call(find_rendezvous_variable, test_point_variable);
    if (*reached != nullptr)
        pg::call(reinterpret_cast<TestPointFunction>(*reached), name);
}

} // namespace strata
