#include "catalog/restore_guard.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/reconcile.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/sub_rows.hpp"
#include "catalog/table_row.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/spi.hpp"
#include "pg/version.hpp"

namespace strata::catalog
{

Identity current_identity()
{
    static const auto system = static_cast<int64_t>(GetSystemIdentifier());
    return {system, MyDatabaseId};
}

bool is_live()
{
    const OwnTable table("installation");
    bool any = false;
    bool all = true;
    scan(table, [&](const TableRow &row) {
        any = true;
        all = all && is_ours(row, installation::system_identifier, installation::database_oid) &&
              !row.is_null(installation::confirmed_at);
    });
    return any && all;
}

namespace
{

Oid owner_of_database()
{
    return pg::call([] {
        HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
        if (!HeapTupleIsValid(tuple))
            elog(ERROR, "cache lookup failed for database %u", MyDatabaseId);
        const Oid owner = reinterpret_cast<Form_pg_database>(GETSTRUCT(tuple))->datdba;
        ReleaseSysCache(tuple);
        return owner;
    });
}

} // namespace

void confirm_live()
{
    pg::refuse_read_only("confirm_live");
    if (!pg::has_role(GetUserId(), owner_of_database()))
        throw core::Error(core::ErrorKind::insufficient_privilege, "must be owner of the database",
                          "Retention starts again for all tables of the database.",
                          "Ask the owner of the database or a superuser to call confirm_live().");
    reconcile_all();
    report_waiting_subs();
    record_installation();
}

void record_installation()
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    const std::string table = own_table("installation");
    pg::execute("DELETE FROM " + table);
    pg::execute("INSERT INTO " + table + " VALUES ($1, $2, pg_catalog.now())",
                {pg::Param::int8(current_identity().system_identifier), pg::Param::oid(MyDatabaseId)});
}

} // namespace strata::catalog
