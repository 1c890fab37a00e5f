#include "pg/notice.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

void report(int level, const std::string &message, const std::string &detail, const std::string &hint, int sqlstate)
{
    call([&] {
        ereport(level, (sqlstate == 0 ? 0 : errcode(sqlstate), errmsg_internal("%s", message.c_str()),
                        detail.empty() ? 0 : errdetail_internal("%s", detail.c_str()),
                        hint.empty() ? 0 : errhint("%s", hint.c_str())));
    });
}

} // namespace

void notice(const std::string &message, const std::string &detail, const std::string &hint)
{
    report(NOTICE, message, detail, hint, 0);
}

void warning(const std::string &message, const std::string &detail, const std::string &hint, int sqlstate)
{
    report(WARNING, message, detail, hint, sqlstate);
}

void log(const std::string &message, const std::string &detail, const std::string &hint, int sqlstate)
{
    report(LOG, message, detail, hint, sqlstate);
}

void debug(int level, const std::string &message)
{
    // DEBUG1 is the highest of the five, DEBUG5 the lowest.
    report(DEBUG1 + 1 - std::clamp(level, 1, 5), message, {}, {}, 0);
}

} // namespace strata::pg
