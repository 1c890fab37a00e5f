#include "features/key_text.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

Datum read(Oid type, const char *text)
{
    Oid input = InvalidOid, parameter = InvalidOid;
    getTypeInputInfo(type, &input, &parameter);
    return OidInputFunctionCall(input, const_cast<char *>(text), parameter, -1);
}

char *write(Oid type, Datum value)
{
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    return OidOutputFunctionCall(output, value);
}

} // namespace

std::string key_text(const catalog::Parent &parent, const std::string &text)
{
    pg::Identity const owner{parent.owner, GetUserId() != parent.owner};
    pg::Settings settings;
    settings.set("search_path", "pg_catalog, pg_temp");
    Datum const value = pg::call(read, parent.key_type, text.c_str());
    ddl::FixedSettings const fixed;
    return pg::take_string(pg::call(write, parent.key_type, value));
}

} // namespace strata
