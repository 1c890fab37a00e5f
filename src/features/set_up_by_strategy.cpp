#include "core/error.hpp"
#include "features/setup.hpp"
#include "hashes/set_up.hpp"
#include "lists/set_up.hpp"

namespace strata
{

bool set_up_by_strategy(const SetUpRequest &request, const char *function)
{
    if (hashes::is_wanted(request))
        return hashes::set_up(request, function);
    if (request.modulus)
        throw core::Error{core::ErrorKind::invalid_argument, "p_modulus is for tables partitioned by hash",
                          "p_type is " + request.type + ".",
                          "Leave p_modulus out, or pass p_type => 'hash' for a table that is PARTITION BY HASH."};
    return lists::is_wanted(request) ? lists::set_up(request, function) : set_up(request, function);
}

} // namespace strata
