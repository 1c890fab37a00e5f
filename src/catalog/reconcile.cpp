#include "catalog/reconcile.hpp"

#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/follow.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/text_key.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

enum class State
{
    current,
    changed,
    gone,
};

// What a row says of its table.
struct Stored
{
    Oid table;
    std::string_view schema;
    std::string_view name;
    std::string_view control;
    std::string_view owner;
};

Stored stored_in(const TableRow &row)
{
    const std::string_view text = row.text(config::parent_table);
    const size_t dot = std::min(text.find('.'), text.size());
    return {.table = is_ours(row, config::system_identifier, config::database_oid) ? row.oid(config::parent_oid)
                                                                                   : InvalidOid,
            .schema = text.substr(0, dot),
            .name = text.substr(std::min(dot + 1, text.size())),
            .control = row.text(config::control),
            .owner = row.text(config::owner_role)};
}

// Compares a row with the catalog by syscache probes alone, as this is done for each set at each run.  An answer of
// `changed` is only a suspicion: refresh() looks properly.
State compare(const Stored &stored)
{
    HeapTuple relation = SearchSysCache1(RELOID, ObjectIdGetDatum(stored.table));
    if (!HeapTupleIsValid(relation))
        return State::gone;
    auto *form = reinterpret_cast<Form_pg_class>(GETSTRUCT(relation));
    if (form->relkind != RELKIND_PARTITIONED_TABLE)
    {
        ReleaseSysCache(relation);
        return State::gone;
    }
    bool equal = stored.name == NameStr(form->relname);

    HeapTuple schema = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(form->relnamespace));
    if (HeapTupleIsValid(schema))
    {
        equal = equal && stored.schema == NameStr(reinterpret_cast<Form_pg_namespace>(GETSTRUCT(schema))->nspname);
        ReleaseSysCache(schema);
    }
    HeapTuple owner = SearchSysCache1(AUTHOID, ObjectIdGetDatum(form->relowner));
    if (HeapTupleIsValid(owner))
    {
        equal = equal && stored.owner == NameStr(reinterpret_cast<Form_pg_authid>(GETSTRUCT(owner))->rolname);
        ReleaseSysCache(owner);
    }
    HeapTuple key = SearchSysCache1(PARTRELID, ObjectIdGetDatum(stored.table));
    if (HeapTupleIsValid(key))
    {
        const AttrNumber number = reinterpret_cast<Form_pg_partitioned_table>(GETSTRUCT(key))->partattrs.values[0];
        // An expression is no column and has no name to compare.
        HeapTuple column = SearchSysCache2(ATTNUM, ObjectIdGetDatum(stored.table), Int16GetDatum(number));
        if (HeapTupleIsValid(column))
        {
            equal =
                equal && stored.control == NameStr(reinterpret_cast<Form_pg_attribute>(GETSTRUCT(column))->attname);
            ReleaseSysCache(column);
        }
        ReleaseSysCache(key);
    }
    ReleaseSysCache(relation);
    return equal ? State::current : State::changed;
}

void write_identity(const StoredSet &set, Oid table)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    const bool found = OidIsValid(table);
    pg::execute("UPDATE " + own_table("part_config") +
                    " SET parent_oid = $2, system_identifier = $3, database_oid = $4,"
                    " owner_role = coalesce($5, owner_role) WHERE parent_table = $1",
                {Param::text(set.parent_table), found ? Param::oid(table) : Param::null_of(OIDOID),
                 found ? Param::int8(current_identity().system_identifier) : Param::null_of(INT8OID),
                 found ? Param::oid(current_identity().database) : Param::null_of(OIDOID),
                 found ? Param::text(pg::role_name(pg::owner_of(table))) : Param::null_of(TEXTOID)});
}

// A row whose oid means nothing here: its table again by name, if it may have it, else an orphan.
void resolve(const StoredSet &set)
{
    const auto key = parse_key(set.parent_table);
    const Oid table = key ? find_partitioned(*key) : InvalidOid;
    if (OidIsValid(table) && may_adopt(set.owner_role, table) && !read_any_set(table))
        write_identity(set, table);
    else if (OidIsValid(set.recorded))
        write_identity(set, InvalidOid);
}

// Rows of another server get their oids by name, provided that the partition belongs to the set that the row names.
// Those that find nothing stay as they are; they mean nothing here.
void resolve_partitions()
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    const std::string partitions = own_table("managed_partition");
    const std::vector<Param> here{Param::int8(current_identity().system_identifier),
                                  Param::oid(current_identity().database)};
    pg::execute("DELETE FROM " + partitions +
                    " AS m WHERE m.system_identifier = $1 AND m.database_oid = $2"
                    " AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = m.partition_oid)",
                here);
    pg::execute("UPDATE " + partitions +
                    " AS m SET partition_oid = found.oid, parent_oid = found.parent_oid,"
                    " system_identifier = $1, database_oid = $2"
                    " FROM (SELECT DISTINCT ON (c.oid) c.oid, s.parent_oid, old.ctid AS row"
                    " FROM " +
                    partitions +
                    " AS old JOIN pg_namespace AS n ON n.nspname = old.partition_schema"
                    " JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = old.partition_table"
                    " JOIN " +
                    own_table("part_config") +
                    " AS s ON s.parent_table = old.parent_table"
                    " AND s.system_identifier = $1 AND s.database_oid = $2"
                    " JOIN pg_class AS p ON p.oid = s.parent_oid"
                    " LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid"
                    " WHERE (old.system_identifier, old.database_oid) IS DISTINCT FROM ($1, $2)"
                    " AND (i.inhparent = s.parent_oid"
                    " OR (i.inhparent IS NULL OR old.retired_as = 'archived')"
                    " AND old.detached_at IS NOT NULL AND c.relowner = p.relowner)"
                    " AND NOT EXISTS (SELECT FROM " +
                    partitions +
                    " AS held WHERE held.partition_oid = c.oid"
                    " AND held.system_identifier = $1 AND held.database_oid = $2)"
                    " ORDER BY c.oid, old.created_at DESC) AS found WHERE m.ctid = found.row",
                here);
}

// False when somebody holds our tables, who would make us wait again.
template <class F>
bool without_failing(const std::string &what, F &&body)
{
    const auto failure = pg::isolate(std::forward<F>(body));
    if (!failure)
        return true;
    pg::warning("pg_strata could not reconcile " + what + ": " + failure->message, failure->detail, failure->hint,
                failure->sqlstate);
    return failure->sqlstate != ERRCODE_LOCK_NOT_AVAILABLE;
}

bool can_write()
{
    return installed() && !RecoveryInProgress() && !XactReadOnly;
}

// What the tables themselves say, in one snapshot.  The caches that compare() reads may lag behind: whoever renames
// a table wakes the worker a moment before he tells its caches, and the row, which has the new name already, must
// not get the old one back.
State verified(const StoredSet &suspect)
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        "SELECT c.relkind = 'p', s.parent_table = n.nspname || '.' || c.relname AND s.owner_role = r.rolname"
        " AND coalesce(s.control = a.attname, true)"
        " FROM " +
            own_table("part_config") +
            " AS s LEFT JOIN pg_class AS c ON c.oid = s.parent_oid"
            " LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " LEFT JOIN pg_authid AS r ON r.oid = c.relowner"
            " LEFT JOIN pg_partitioned_table AS p ON p.partrelid = c.oid"
            " LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]"
            " WHERE s.parent_oid = $1 AND s.system_identifier = $2 AND s.database_oid = $3",
        {Param::oid(suspect.parent), Param::int8(current_identity().system_identifier),
         Param::oid(current_identity().database)});
    if (rows.empty())
        return State::current; // somebody has changed the row since
    if (rows.boolean(0, 0) != true)
        return State::gone;
    return rows.boolean(0, 1) == true ? State::current : State::changed;
}

void reconcile_sets()
{
    std::vector<StoredSet> suspects;
    {
        const OwnTable table("part_config");
        scan(table, [&](const TableRow &row) {
            const Stored stored = stored_in(row);
            if (pg::call(compare, stored) != State::current)
                suspects.push_back(read_set(row));
        });
    }
    for (const StoredSet &set : suspects)
        if (!without_failing("\"" + set.parent_table + "\"", [&suspect = set] {
                const State state = OidIsValid(suspect.parent) ? verified(suspect) : State::gone;
                if (state == State::current)
                    return;
                pg::call(AcceptInvalidationMessages);
                if (state == State::gone)
                    resolve(suspect);
                // An earlier one may have moved this row out of its way.
                else if (const auto present = read_any_set(suspect.parent))
                    refresh(*present);
            }))
            return;
}

} // namespace

void reconcile()
{
    if (!can_write())
        return;
    reconcile_sets();
    if (!is_live())
        without_failing("the partitions", resolve_partitions);
}

void reconcile_all()
{
    if (!can_write())
        return;
    reconcile_sets();
    without_failing("the partitions", resolve_partitions);
}

} // namespace strata::catalog
