#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// Acts as `role` for the scope.  SET ROLE and SET SESSION AUTHORIZATION are refused inside; `restricted` adds
// SECURITY_RESTRICTED_OPERATION (no temporary objects, no cursors that outlive, ...), for what reaches users' code.
// Must not span a commit.
class Identity
{
public:
    Identity(Oid role, bool restricted);
    ~Identity();
    Identity(const Identity &) = delete;
    Identity &operator=(const Identity &) = delete;

private:
    Oid role_ = InvalidOid;
    int context_ = 0;
};

// Settings for the scope: all that was set while it lives is undone at its end, also what users' code has set to
// last, and by the abort after an error.
class Settings
{
public:
    Settings();
    ~Settings();
    Settings(const Settings &) = delete;
    Settings &operator=(const Settings &) = delete;

    // With a superuser's rights to set.  Throws pg::Error for an unknown name or an invalid value.
    void set(const char *name, const std::string &value);

private:
    Scope scope_;
    int level_;
};

// Does `member` have the privileges of `role` (as USAGE: inherited, not merely by SET ROLE)?
bool has_role(Oid member, Oid role);

bool is_superuser(Oid role);
std::string role_name(Oid role);      // throws core::Error when there is no such role
Oid find_role(std::string_view name); // InvalidOid when there is none

} // namespace strata::pg
