#include "ddl/grants.hpp"

#include "pg/catalog_scan.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/version.hpp"

namespace strata::ddl
{

namespace
{

void add(std::string &list, const std::string &item)
{
    if (!list.empty())
        list += ", ";
    list += item;
}

std::string privilege_list(AclMode privileges)
{
    std::string list;
    for (const auto &[privilege, name] : pg::version::table_privileges)
        if (privileges & privilege)
            add(list, name);
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
class ColumnLists
{
public:
    void add_column(Oid grantee, AclMode privileges, const std::string &column)
    {
        for (const auto &[privilege, name] : pg::version::table_privileges)
            if (privileges & privilege)
                add(columns_[grantee][privilege], pg::quote_ident(column));
    }

    void fill(Batch &batch) const
    {
        for (const auto &[grantee, by_privilege] : columns_)
        {
            std::string text;
            for (const auto &[bit, names] : by_privilege)
                add(text, privilege_list(bit) + " (" + names + ")");
            batch.add_grantee(text, grantee);
        }
    }

private:
    std::map<Oid, std::map<AclMode, std::string>> columns_;
};

Grant of(const Grants &grants, Oid grantee)
{
    auto const found = grants.find(grantee);
    return found == grants.end() ? Grant{} : found->second;
}

Grants of(const std::map<std::string, Grants> &columns, const std::string &name)
{
    auto const found = columns.find(name);
    return found == columns.end() ? Grants{} : found->second;
}

// What to say, by the kind of statement.
struct Changes
{
    Batch revoke;
    Batch revoke_option;
    Batch plain;
    Batch with_option;

    void compare_table(const Grants &have, const Grants &want)
    {
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
    }

    void compare_columns(const TableGrants &have, const TableGrants &want)
    {
        ColumnLists excess, excess_options, missing, missing_options;
        for (const auto &[name, grants] : have.columns)
            for (const auto &[grantee, has] : grants)
            {
                Grant const wanted = of(of(want.columns, name), grantee);
                AclMode const too_much = has.privileges & ~wanted.privileges;
                excess.add_column(grantee, too_much, name);
                excess_options.add_column(grantee, has.grantable & ~wanted.grantable & ~too_much, name);
            }
        for (const auto &[name, grants] : want.columns)
            for (const auto &[grantee, wanted] : grants)
            {
                Grant has = of(of(have.columns, name), grantee);
                // What is revoked from the table is revoked from its columns, too.
                Grant const table_has = of(have.table, grantee);
                Grant const table_wanted = of(want.table, grantee);
                has.privileges &= ~(table_has.privileges & ~table_wanted.privileges);
                has.grantable &= ~(table_has.grantable & ~table_wanted.grantable) & has.privileges;
                AclMode const options = wanted.grantable & ~has.grantable;
                missing.add_column(grantee, wanted.privileges & ~has.privileges & ~options, name);
                missing_options.add_column(grantee, options, name);
            }
        excess.fill(revoke);
        excess_options.fill(revoke_option);
        missing.fill(plain);
        missing_options.fill(with_option);
    }
};

// Calls use(column, acl, owner) for what is granted on the table (column empty) and on its columns.
template <class Use>
void each_acl(Oid table, Use use)
{
    Oid const owner = pg::owner_of(table);
    {
        pg::CatalogScan scan{
            RelationRelationId, ClassOidIndexId, {{Anum_pg_class_oid, F_OIDEQ, ObjectIdGetDatum(table)}}};
        auto const value = scan.next() != nullptr ? scan.get(Anum_pg_class_relacl) : std::nullopt;
        use(std::string(),
            value ? pg::call([&] { return DatumGetAclP(*value); }) : pg::call(acldefault, OBJECT_TABLE, owner),
            owner);
    }
    pg::CatalogScan scan{AttributeRelationId,
                         AttributeRelidNumIndexId,
                         {{Anum_pg_attribute_attrelid, F_OIDEQ, ObjectIdGetDatum(table)}}};
    while (HeapTuple tuple = scan.next())
    {
        auto const *form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        auto const value = scan.get(Anum_pg_attribute_attacl);
        if (form->attnum <= 0 || form->attisdropped || !value)
            continue;
        use(std::string(NameStr(form->attname)), pg::call([&] { return DatumGetAclP(*value); }), owner);
    }
}

} // namespace

TableGrants read_grants(Oid table)
{
    TableGrants grants;
    each_acl(table, [&grants](std::string column, const Acl *acl, Oid) {
        if (column.empty())
            grants.table = merged(acl);
        else if (ACL_NUM(acl) > 0)
            grants.columns.emplace(std::move(column), merged(acl));
    });
    return grants;
}

TableGrants initial_grants(Oid creator, Oid owner, Oid schema)
{
    Grants grants = merged(pg::call([&] {
        Acl *acl = get_user_default_acl(OBJECT_TABLE, creator, schema);
        if (acl == nullptr)
            acl = acldefault(OBJECT_TABLE, creator);
        return creator == owner ? acl : aclnewowner(acl, creator, owner);
    }));
    return {.table = std::move(grants), .columns = {}};
}

std::vector<std::string> grant_statements(const std::string &table, const TableGrants &have,
                                          const TableGrants &want)
{
    Changes changes;
    changes.compare_table(have.table, want.table);
    changes.compare_columns(have, want);
    std::vector<std::string> statements;
    changes.revoke.emit(statements, "REVOKE ", " ON TABLE " + table + " FROM ", "");
    changes.revoke_option.emit(statements, "REVOKE GRANT OPTION FOR ", " ON TABLE " + table + " FROM ", "");
    changes.plain.emit(statements, "GRANT ", " ON TABLE " + table + " TO ", "");
    changes.with_option.emit(statements, "GRANT ", " ON TABLE " + table + " TO ", " WITH GRANT OPTION");
    return statements;
}

std::vector<std::string> take_back_statements(Oid table)
{
    std::map<Oid, AclMode> passed_on;
    each_acl(table, [&passed_on](const std::string &, const Acl *acl, Oid owner) {
        const AclItem *items = ACL_DAT(acl);
        for (int i = 0; i < ACL_NUM(acl); ++i)
            if (items[i].ai_grantor != owner)
                passed_on[items[i].ai_grantor] |= ACLITEM_GET_PRIVS(items[i]);
    });
    Batch options;
    for (const auto &[grantor, privileges] : passed_on)
        options.add_grantee(privilege_list(privileges), grantor);
    std::vector<std::string> statements;
    options.emit(statements, "REVOKE GRANT OPTION FOR ", " ON TABLE " + pg::qualified_name(table) + " FROM ",
                 " CASCADE");
    return statements;
}

} // namespace strata::ddl
