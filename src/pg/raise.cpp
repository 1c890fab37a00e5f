#include "pg/raise.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

void report(const Failure *failure)
{
    ereport(ERROR, (errcode(failure->sqlstate == 0 ? ERRCODE_INTERNAL_ERROR : failure->sqlstate),
                    errmsg_internal("%s", failure->message.c_str()),
                    failure->detail.empty() ? 0 : errdetail_internal("%s", failure->detail.c_str()),
                    failure->hint.empty() ? 0 : errhint("%s", failure->hint.c_str())));
}

} // namespace

void raise(const Failure &failure)
{
    call(report, &failure);
    throw std::logic_error("an error did not raise"); // not reached
}

} // namespace strata::pg
