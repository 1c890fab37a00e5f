#include "catalog/hook_function.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/version.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

const char *const wanted = "A hook is a function (p_parent regclass, p_partition regclass, p_lower text, p_upper "
                           "text) RETURNS boolean; its name is written as schema.function, without quotes.";

bool returns_boolean(Oid function)
{
    return pg::call([function] {
        HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
        if (!HeapTupleIsValid(tuple))
            return false;
        auto const *form = (Form_pg_proc) GETSTRUCT(tuple);
        const bool fits = form->prokind == PROKIND_FUNCTION && form->prorettype == BOOLOID && !form->proretset;
        ReleaseSysCache(tuple);
        return fits;
    });
}

} // namespace

FunctionCall hook_call(const std::string &name, Oid table_owner)
{
    const Oid function = find_function(name, {REGCLASSOID, REGCLASSOID, TEXTOID, TEXTOID});
    if (!OidIsValid(function))
        throw Error{ErrorKind::undefined_object, "function \"" + name + "\" does not exist",
                    "There is none of that name with arguments (regclass, regclass, text, text).", wanted};
    if (!returns_boolean(function))
        throw Error{ErrorKind::wrong_object_type, "function \"" + name + "\" does not return one boolean",
                    "Its answer is what a hook is asked for.", wanted};
    check_function_owner(
        function, name, table_owner,
        "A hook runs with the rights of the table's owner: use a function of his or of a superuser.");
    const FunctionName parts(name);
    if (pg::call(pg::version::function_aclcheck, function, table_owner, AclMode{ACL_EXECUTE}) != ACLCHECK_OK ||
        pg::call(pg::version::schema_aclcheck, parts.schema, table_owner, AclMode{ACL_USAGE}) != ACLCHECK_OK)
        throw Error{ErrorKind::insufficient_privilege,
                    "role \"" + pg::role_name(table_owner) + "\" may not call function \"" + name + "\"",
                    "A hook runs with the rights of the table's owner, who is this role.",
                    "Grant it EXECUTE on the function and USAGE on its schema."};
    return {function, parts.quoted() + "($1, $2, $3, $4)"};
}

} // namespace strata::catalog
