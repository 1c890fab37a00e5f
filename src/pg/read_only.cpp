#include "pg/read_only.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/postgres.hpp"

namespace strata::pg
{

using core::Error;
using core::ErrorKind;

void refuse_read_only(const char *function)
{
    std::string const name = std::string(function) + "()";
    if (call(RecoveryInProgress))
        throw Error{ErrorKind::read_only, "cannot execute " + name + " during recovery",
                    "This server is a standby.", "Call it on the primary."};
    if (XactReadOnly)
        throw Error{ErrorKind::read_only, "cannot execute " + name + " in a read-only transaction",
                    "It writes tables of the catalog and of the extension.",
                    "Call it in a transaction that is READ WRITE."};
}

ReadOnly::ReadOnly() : before_(XactReadOnly)
{
    XactReadOnly = true;
}

ReadOnly::~ReadOnly()
{
    XactReadOnly = before_;
}

} // namespace strata::pg
