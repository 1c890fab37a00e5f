#include "ddl/policies.hpp"

#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

namespace
{

std::optional<std::string> comment_on(Oid policy)
{
    char *comment = pg::call(GetComment, policy, PolicyRelationId, 0);
    if (comment == nullptr)
        return std::nullopt;
    return pg::take_string(comment);
}

const char *command_name(char command)
{
    switch (command)
    {
    case ACL_SELECT_CHR:
        return "SELECT";
    case ACL_INSERT_CHR:
        return "INSERT";
    case ACL_UPDATE_CHR:
        return "UPDATE";
    case ACL_DELETE_CHR:
        return "DELETE";
    default:
        return "ALL";
    }
}

// Prints an expression over the columns of `relation`.  Where a subquery makes columns need a prefix, it is the
// name of the table that the text is for.
std::string expression_text(const std::string &tree, Oid relation, const std::string &table_name)
{
    return pg::take_string(pg::call([&] {
        Node *node = static_cast<Node *>(stringToNode(tree.c_str()));
        return deparse_expression(node, deparse_context_for(table_name.c_str(), relation), false, false);
    }));
}

std::string role_list(const std::vector<Oid> &roles)
{
    std::string list;
    for (Oid const role : roles)
    {
        if (!list.empty())
            list += ", ";
        list += role == ACL_ID_PUBLIC ? "PUBLIC" : pg::quote_ident(pg::role_name(role));
    }
    return list;
}

} // namespace

std::vector<Policy> policies_of(Oid relation)
{
    std::vector<Policy> policies;
    pg::CatalogScan scan{PolicyRelationId,
                         PolicyPolrelidPolnameIndexId,
                         {{Anum_pg_policy_polrelid, F_OIDEQ, ObjectIdGetDatum(relation)}}};
    while (HeapTuple tuple = scan.next())
    {
        auto const *form = reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple));
        Policy policy;
        policy.name = NameStr(form->polname);
        policy.permissive = form->polpermissive;
        policy.command = form->polcmd;
        for (Datum const role : pg::elements(*scan.get(Anum_pg_policy_polroles)))
            policy.roles.push_back(DatumGetObjectId(role));
        policy.using_tree = scan.text(Anum_pg_policy_polqual);
        policy.check_tree = scan.text(Anum_pg_policy_polwithcheck);
        policy.comment = comment_on(form->oid);
        policies.push_back(std::move(policy));
    }
    return policies;
}

std::vector<std::string> policy_statements(Oid relation, const std::vector<Policy> &policies,
                                           const std::string &table_name, const std::string &quoted_table)
{
    std::vector<std::string> statements;
    for (const Policy &policy : policies)
    {
        std::string const name = pg::quote_ident(policy.name);
        std::string sql = "CREATE POLICY " + name + " ON " + quoted_table;
        if (!policy.permissive)
            sql += " AS RESTRICTIVE";
        sql += std::string(" FOR ") + command_name(policy.command) + " TO " + role_list(policy.roles);
        if (policy.using_tree)
            sql += " USING (" + expression_text(*policy.using_tree, relation, table_name) + ")";
        if (policy.check_tree)
            sql += " WITH CHECK (" + expression_text(*policy.check_tree, relation, table_name) + ")";
        statements.push_back(std::move(sql));
        if (policy.comment)
            statements.push_back("COMMENT ON POLICY " + name + " ON " + quoted_table + " IS " +
                                 pg::quote_literal(*policy.comment));
    }
    return statements;
}

} // namespace strata::ddl
