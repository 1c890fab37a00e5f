#include "catalog/named_function.hpp"

#include "catalog/extension.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/only_function.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"
#include "test_point.hpp"

namespace strata::catalog
{

FunctionName::FunctionName(const std::string &dotted)
{
    const auto dot = dotted.find('.');
    schema = dot == std::string::npos ? extension_schema() : pg::find_schema(dotted.substr(0, dot));
    name = dot == std::string::npos ? dotted : dotted.substr(dot + 1);
}

std::string FunctionName::quoted() const
{
    return pg::quote_ident(pg::schema_name(schema)) + "." + pg::quote_ident(name);
}

pg::Rows select_from(const FunctionCall &call, const std::string &columns, const std::string &rest,
                     const std::vector<pg::Param> &arguments, bool read_only)
{
    test_point("call.checked");
    const std::string statement = "SELECT " + columns + " FROM " + call.sql + " AS " + rest;
    const pg::OnlyFunction only(call.function, statement);
    return pg::query(statement, arguments, read_only);
}

Oid find_function(const std::string &name, const std::vector<Oid> &arguments)
{
    const FunctionName parts(name);
    if (!OidIsValid(parts.schema))
        return InvalidOid;
    return pg::call([&] {
        oidvector *types = buildoidvector(arguments.data(), static_cast<int>(arguments.size()));
        return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(parts.name.c_str()),
                               PointerGetDatum(types), ObjectIdGetDatum(parts.schema));
    });
}

void check_function_owner(Oid function, const std::string &name, Oid table_owner, const std::string &hint)
{
    const Oid owner = pg::call([function] {
        HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
        if (!HeapTupleIsValid(tuple))
            return InvalidOid;
        const Oid found = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
        ReleaseSysCache(tuple);
        return found;
    });
    if (owner == table_owner || owner == extension_owner() || pg::is_superuser(owner))
        return;
    throw core::Error{core::ErrorKind::insufficient_privilege,
                      "function \"" + name + "\" belongs to somebody else than the table",
                      "Its owner is role \"" + pg::role_name(owner) + "\", the table's is role \"" +
                          pg::role_name(table_owner) + "\".",
                      hint};
}

} // namespace strata::catalog
