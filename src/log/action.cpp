#include "log/action.hpp"

#include <stdexcept>

namespace strata::log
{

const char *text_of(Action action)
{
    switch (action)
    {
    case Action::create:
        return "create";
    case Action::heal:
        return "heal";
    case Action::drop:
        return "drop";
    case Action::detach:
        return "detach";
    case Action::move:
        return "move";
    case Action::archive:
        return "archive";
    case Action::delete_referencing:
        return "delete_referencing";
    case Action::drop_retired:
        return "drop_retired";
    case Action::attach:
        return "attach";
    case Action::constrain:
        return "constrain";
    case Action::after_create:
        return "after_create";
    case Action::detach_concurrently:
        return "detach concurrently";
    case Action::finalize:
        return "finalize";
    case Action::rehash:
        return "rehash";
    case Action::convert:
        return "convert";
    }
    throw std::logic_error("action of a step out of range");
}

} // namespace strata::log
