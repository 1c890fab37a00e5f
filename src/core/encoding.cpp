#include "core/encoding.hpp"

#include "core/error.hpp"

namespace strata::core
{

Decoded Encoding::decode(std::int64_t number) const
{
    throw Error{ErrorKind::internal, "a number decoded as " + name(), "It is " + std::to_string(number) + "."};
}

Decoded Encoding::decode(std::string_view bytes) const
{
    throw Error{ErrorKind::internal, "bytes decoded as " + name(),
                "There are " + std::to_string(bytes.size()) + " of them."};
}

} // namespace strata::core
