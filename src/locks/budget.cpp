#include "locks/budget.hpp"

#include "settings.hpp"

namespace strata::locks
{

Budget budget(std::optional<int> timeout_ms, std::optional<int> retries)
{
    return {.timeout_ms = timeout_ms.value_or(settings::lock_timeout_ms()),
            .retries = retries.value_or(settings::lock_retries())};
}

} // namespace strata::locks
