#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// Messages below ERROR.  They are guarded, since each checks for interrupts: all of them may throw Canceled.

void notice(const std::string &message, const std::string &detail = {}, const std::string &hint = {});

// `sqlstate` is packed (ERRCODE_...); 0 leaves PostgreSQL's default for the level.
void warning(const std::string &message, const std::string &detail = {}, const std::string &hint = {},
             int sqlstate = 0);

// To the server log only.
void log(const std::string &message, const std::string &detail = {}, const std::string &hint = {},
         int sqlstate = 0);

// DEBUG1 .. DEBUG5 by `level` 1 .. 5.
void debug(int level, const std::string &message);

} // namespace strata::pg
