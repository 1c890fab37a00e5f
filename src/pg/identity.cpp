#include "pg/identity.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

Identity::Identity(Oid role, bool restricted)
{
    if (!OidIsValid(role))
        throw std::logic_error("an identity needs a role");
    GetUserIdAndSecContext(&role_, &context_);
    int const added = SECURITY_LOCAL_USERID_CHANGE | (restricted ? SECURITY_RESTRICTED_OPERATION : 0);
    SetUserIdAndSecContext(role, context_ | added);
}

Identity::~Identity()
{
    // A plain setter.  After an error the abort does the same once more.
    SetUserIdAndSecContext(role_, context_);
}

Settings::Settings() : level_(NewGUCNestLevel()) {}

Settings::~Settings()
{
    // Not as a commit, which would let a plain SET by users' code stay behind in the session.
    if (scope_.must_release())
        AtEOXact_GUC(false, level_);
}

void Settings::set(const char *name, const std::string &value)
{
    call([&] {
        (void) set_config_option(name, value.c_str(), PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    });
}

bool has_role(Oid member, Oid role)
{
    return call(has_privs_of_role, member, role);
}

bool is_superuser(Oid role)
{
    return call(superuser_arg, role);
}

std::string role_name(Oid role)
{
    char *name = call(GetUserNameFromId, role, true);
    if (name == nullptr)
        throw core::Error(core::ErrorKind::undefined_object,
                          "role with OID " + std::to_string(role) + " does not exist");
    return take_string(name);
}

Oid find_role(std::string_view name)
{
    std::string const copy(name);
    return call(get_role_oid, copy.c_str(), true);
}

} // namespace strata::pg
