#include "ddl/grants.hpp"

#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"

namespace strata::ddl
{

namespace
{

struct Privilege
{
    AclMode bit;
    const char *name;
};

constexpr Privilege table_privileges[] = {
    {ACL_SELECT, "SELECT"},     {ACL_INSERT, "INSERT"},         {ACL_UPDATE, "UPDATE"},   {ACL_DELETE, "DELETE"},
    {ACL_TRUNCATE, "TRUNCATE"}, {ACL_REFERENCES, "REFERENCES"}, {ACL_TRIGGER, "TRIGGER"},
#if PG_VERSION_NUM >= 170000
    {ACL_MAINTAIN, "MAINTAIN"},
#endif
};

void add(std::string &list, const std::string &item)
{
    if (!list.empty())
        list += ", ";
    list += item;
}

std::string privilege_list(AclMode privileges)
{
    std::string list;
    for (const Privilege &privilege : table_privileges)
        if (privileges & privilege.bit)
            add(list, privilege.name);
    return list;
}

std::string grantee_name(Oid grantee)
{
    return grantee == ACL_ID_PUBLIC ? "PUBLIC" : pg::quote_ident(pg::role_name(grantee));
}

Grants merged(const Acl *acl)
{
    Grants grants;
    const AclItem *items = ACL_DAT(acl);
    for (int i = 0; i < ACL_NUM(acl); ++i)
    {
        Grant &grant = grants[items[i].ai_grantee];
        grant.privileges |= ACLITEM_GET_PRIVS(items[i]);
        grant.grantable |= ACLITEM_GET_GOPTIONS(items[i]);
    }
    return grants;
}

// One statement for all the roles that get the same: grantees by what follows GRANT or REVOKE.
class Batch
{
public:
    void add_grantee(const std::string &privileges, Oid grantee)
    {
        if (!privileges.empty())
            add(grantees_[privileges], grantee_name(grantee));
    }

    void emit(std::vector<std::string> &statements, const std::string &before, const std::string &middle,
              const std::string &after) const
    {
        for (const auto &[privileges, grantees] : grantees_)
            statements.push_back(before + privileges + middle + grantees + after);
    }

private:
    std::map<std::string, std::string> grantees_;
};

// `SELECT (a, b), UPDATE (a)` by grantee.
std::map<Oid, std::string> column_privileges(const std::vector<ColumnGrants> &columns, bool grantable)
{
    std::map<Oid, std::map<AclMode, std::string>> by_grantee;
    for (const ColumnGrants &column : columns)
        for (const auto &[grantee, grant] : column.grants)
            for (const Privilege &privilege : table_privileges)
                if (grant.privileges & privilege.bit && bool(grant.grantable & privilege.bit) == grantable)
                    add(by_grantee[grantee][privilege.bit], pg::quote_ident(column.column));

    std::map<Oid, std::string> texts;
    for (const auto &[grantee, by_privilege] : by_grantee)
        for (const auto &[bit, names] : by_privilege)
            add(texts[grantee], privilege_list(bit) + " (" + names + ")");
    return texts;
}

Grant of(const Grants &grants, Oid grantee)
{
    auto const found = grants.find(grantee);
    return found == grants.end() ? Grant{} : found->second;
}

} // namespace

Grants table_grants(const Acl *acl, Oid owner)
{
    if (acl != nullptr)
        return merged(acl);
    return merged(pg::call(acldefault, OBJECT_TABLE, owner));
}

Grants column_grants(const Acl *acl)
{
    return acl == nullptr ? Grants{} : merged(acl);
}

Grants initial_grants(Oid creator, Oid owner, Oid schema)
{
    return merged(pg::call([&] {
        Acl *acl = get_user_default_acl(OBJECT_TABLE, creator, schema);
        if (acl == nullptr)
            acl = acldefault(OBJECT_TABLE, creator);
        return creator == owner ? acl : aclnewowner(acl, creator, owner);
    }));
}

std::vector<std::string> grant_statements(const std::string &table, const Grants &have, const Grants &want,
                                          const std::vector<ColumnGrants> &columns)
{
    Batch revoke;
    Batch revoke_option;
    Batch plain;
    Batch with_option;
    for (const auto &[grantee, has] : have)
    {
        Grant const wanted = of(want, grantee);
        AclMode const excess = has.privileges & ~wanted.privileges;
        revoke.add_grantee(privilege_list(excess), grantee);
        revoke_option.add_grantee(privilege_list(has.grantable & ~wanted.grantable & ~excess), grantee);
    }
    for (const auto &[grantee, wanted] : want)
    {
        Grant const has = of(have, grantee);
        AclMode const options = wanted.grantable & ~has.grantable;
        plain.add_grantee(privilege_list(wanted.privileges & ~has.privileges & ~options), grantee);
        with_option.add_grantee(privilege_list(options), grantee);
    }
    for (const auto &[grantee, privileges] : column_privileges(columns, false))
        plain.add_grantee(privileges, grantee);
    for (const auto &[grantee, privileges] : column_privileges(columns, true))
        with_option.add_grantee(privileges, grantee);

    std::vector<std::string> statements;
    revoke.emit(statements, "REVOKE ", " ON TABLE " + table + " FROM ", "");
    revoke_option.emit(statements, "REVOKE GRANT OPTION FOR ", " ON TABLE " + table + " FROM ", "");
    plain.emit(statements, "GRANT ", " ON TABLE " + table + " TO ", "");
    with_option.emit(statements, "GRANT ", " ON TABLE " + table + " TO ", " WITH GRANT OPTION");
    return statements;
}

} // namespace strata::ddl
