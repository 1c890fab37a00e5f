#include "rebuild/foreign_keys.hpp"

#include "catalog/extension.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "ddl/statement.hpp"
#include "locks/wants.hpp"
#include "log/progress.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/definition.hpp"
#include "rebuild/obstacle.hpp"
#include "rebuild/rebuild.hpp"
#include "test_point.hpp"

namespace strata::rebuild
{

namespace
{

using catalog::Rebuild;
using core::Error;
using core::ErrorKind;
using pg::Param;

constexpr std::array obstacles{
    Obstacle{"SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = $2 AND conparentid = 0",
             "has foreign keys of its own"},
    // Those that are not enforced are not valid, either.
    Obstacle{"SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid IN ($1, $2) AND NOT convalidated",
             "has foreign keys that are not valid"},
    Obstacle{"SELECT FROM pg_constraint k JOIN pg_trigger t ON t.tgconstraint = k.oid WHERE k.contype = 'f'"
             " AND k.conrelid IN ($1, $2) AND t.tgenabled <> 'O'",
             "has foreign keys whose triggers are not enabled as usual"},
    // New partitions of that table would refer to ours at once, without waiting for the swap.
    Obstacle{"SELECT FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f'"
             " AND k.conrelid = $1 AND r.relkind <> 'r'",
             "has foreign keys to a partitioned table"},
    Obstacle{
        "SELECT FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " JOIN pg_class r ON r.oid = k.confrelid, unnest(k.confkey) a WHERE k.contype = 'f' AND k.conrelid = $1"
        " AND NOT (has_schema_privilege(c.relowner, r.relnamespace, 'USAGE')"
        " AND has_column_privilege(c.relowner, r.oid, a, 'REFERENCES'))",
        "has foreign keys to a table to which the owner may not refer any more"},
    // The server would look for each row by itself then, with a lock on what it refers to.
    Obstacle{"SELECT FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
             " JOIN pg_roles o ON o.oid = c.relowner JOIN pg_class r ON r.oid = k.confrelid, unnest(k.confkey) a"
             " WHERE k.contype = 'f' AND k.conrelid = $1"
             " AND NOT (has_column_privilege(o.oid, r.oid, a, 'SELECT') AND (NOT r.relrowsecurity"
             " OR o.rolsuper OR o.rolbypassrls OR (pg_has_role(o.oid, r.relowner, 'USAGE')"
             " AND NOT r.relforcerowsecurity)))",
             "has foreign keys to a table of which the owner may not read all rows"},
};

struct Key
{
    std::string name, definition;
};

std::vector<Key> keys_of(Oid set)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                                    " WHERE conrelid = $1 AND contype = 'f' ORDER BY oid",
                                    {Param::oid(set)});
    std::vector<Key> keys;
    for (std::size_t i = 0; i < rows.size(); i++)
        keys.push_back({*rows.text(i, 0), *rows.text(i, 1)});
    return keys;
}

// New tables that have not got foreign keys yet.  They get all of them or none.
std::vector<Oid> tables_without(const Rebuild &rebuild)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT made FROM unnest($1) made WHERE NOT EXISTS (SELECT FROM pg_constraint"
                                    " WHERE conrelid = made AND contype = 'f')",
                                    {Param::oid_array(rebuild.new_tables())});
    std::vector<Oid> tables;
    for (std::size_t i = 0; i < rows.size(); i++)
        tables.push_back(rows.oid(i, 0));
    return tables;
}

// What the server has not checked yet.
std::vector<ddl::Statement> validations(const Rebuild &rebuild)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query("SELECT conrelid, conname FROM pg_constraint WHERE conrelid = ANY ($1)"
                                    " AND contype = 'f' AND NOT convalidated ORDER BY oid",
                                    {Param::oid_array(rebuild.new_tables())});
    std::vector<ddl::Statement> statements;
    for (std::size_t i = 0; i < rows.size(); i++)
        statements.push_back({"ALTER TABLE " + pg::qualified_name(rows.oid(i, 0)) + " VALIDATE CONSTRAINT " +
                              pg::quote_ident(*rows.text(i, 1))});
    return statements;
}

// Triggers on the tables referred to that act for the new tables, as ALTER TABLE ... DISABLE TRIGGER wants them:
// one list for each table.
std::map<Oid, std::string> actions(const Rebuild &rebuild)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT t.tgrelid, string_agg('DISABLE TRIGGER ' || quote_ident(t.tgname), ', ' ORDER BY t.oid)"
                  " FROM pg_constraint k JOIN pg_trigger t ON t.tgconstraint = k.oid"
                  " WHERE k.conrelid = ANY ($1) AND k.contype = 'f' AND t.tgrelid = k.confrelid"
                  " AND t.tgconstrrelid = k.conrelid AND t.tgisinternal AND t.tgenabled <> 'D' GROUP BY 1",
                  {Param::oid_array(rebuild.new_tables())});
    std::map<Oid, std::string> found;
    for (std::size_t i = 0; i < rows.size(); i++)
        found.emplace(rows.oid(i, 0), *rows.text(i, 1));
    return found;
}

// Only a superuser may do that to triggers of the server's own.  It runs nobody's code.
void switch_off_actions(const Rebuild &rebuild)
{
    for (const auto &[referenced, triggers] : actions(rebuild))
    {
        const std::string statement = "ALTER TABLE ONLY " + pg::qualified_name(referenced) + " " + triggers;
        const catalog::AsExtensionOwner us;
        const pg::Spi spi;
        pg::utility(statement);
    }
    // By name it was said, by oid it is looked at: a schema can get another name at any time.
    if (!actions(rebuild).empty())
        throw Error{ErrorKind::object_in_use, "a table to which table " + pg::qualified_name(rebuild.parent) +
                                                  " refers has got another name just now"};
}

std::vector<Oid> sources_of(const Rebuild &rebuild)
{
    std::vector<Oid> tables;
    for (const Rebuild::Source &source : rebuild.sources)
        tables.push_back(source.table);
    return tables;
}

// Locks tables of the rebuild and those to which they refer, unless something has changed.
void lock(const PartitionedTable &table, const Rebuild &rebuild, const std::vector<Oid> &tables, LOCKMODE mode,
          std::vector<locks::Want> referenced)
{
    log::show_phase(log::Phase::locking);
    // One that is gone cannot be locked, this time or the next.
    check_definition(rebuild);
    std::vector<locks::Want> wants;
    for (const Oid one : tables)
        wants.push_back({one, mode});
    std::move(referenced.begin(), referenced.end(), std::back_inserter(wants));
    locks::acquire(wants.front(), {wants.begin() + 1, wants.end()}, table.budget());
    check_definition(rebuild);
}

// What the caller has changed is what is to be found by the next step.
void renew_definition(Rebuild rebuild, const std::string &others)
{
    if (definition_without_keys(rebuild) != others)
        throw_changed(rebuild);
    rebuild.definition = definition_of(rebuild);
    catalog::set_rebuild_phase(rebuild);
}

void add_keys(const PartitionedTable &table, const Rebuild &rebuild, const std::vector<Oid> &made)
{
    // With nobody writing: whoever does has the old tables locked, and goes on to the new ones and to those that
    // are referred to.
    std::vector<Oid> tables = sources_of(rebuild);
    tables.insert(tables.end(), made.begin(), made.end());
    lock(table, rebuild, tables, ShareRowExclusiveLock,
         wants_on_referenced({rebuild.parent}, ShareRowExclusiveLock));
    log::show_phase(log::Phase::making);
    const std::string others = definition_without_keys(rebuild);
    for (const Oid source : sources_of(rebuild))
        if (const std::string reason = unfit_keys(rebuild.parent, source); !reason.empty())
            throw Error{ErrorKind::feature_not_supported,
                        "partitions of table " + table.parent.quoted() +
                            " cannot be replaced beside those who use them",
                        "Partition " + pg::qualified_name(source) + " " + reason + "."};
    std::vector<ddl::Statement> statements;
    for (const Oid one : made)
        for (const Key &key : keys_of(rebuild.parent))
            statements.push_back({"ALTER TABLE " + pg::qualified_name(one) + " ADD CONSTRAINT " +
                                  pg::quote_ident(key.name) + " " + key.definition + " NOT VALID"});
    ddl::run(table.parent, statements);
    switch_off_actions(rebuild);
    renew_definition(rebuild, others);
    test_point("rebuild.referring");
}

void validate_keys(const PartitionedTable &table, const Rebuild &rebuild, const std::vector<ddl::Statement> &checks)
{
    lock(table, rebuild, rebuild.new_tables(), ShareUpdateExclusiveLock,
         wants_on_referenced({rebuild.parent}, RowShareLock));
    log::show_phase(log::Phase::scanning);
    const std::string others = definition_without_keys(rebuild);
    // Rows that are not as they should be are no news then.
    check_mirrored(table, rebuild);
    ddl::run(table.parent, checks);
    renew_definition(rebuild, others);
    test_point("rebuild.validated");
}

} // namespace

std::string unfit_keys(Oid set, Oid partition)
{
    return first_reason(obstacles, set, partition);
}

bool refer(const PartitionedTable &table, const Rebuild &rebuild)
{
    if (!locks::refers_to_others(rebuild.parent))
        return false;
    if (const std::vector<Oid> made = tables_without(rebuild); !made.empty())
    {
        add_keys(table, rebuild, made);
        return true;
    }
    const std::vector<ddl::Statement> checks = validations(rebuild);
    if (checks.empty())
        return false;
    validate_keys(table, rebuild, checks);
    return true;
}

std::vector<locks::Want> wants_on_referenced(const std::vector<Oid> &tables, LOCKMODE mode)
{
    std::set<Oid> referenced;
    for (const Oid table : tables)
        for (const Oid one : locks::referenced_by(table))
            referenced.insert(one);
    std::vector<locks::Want> wants;
    for (const Oid one : referenced)
        wants.push_back({one, mode, true});
    return wants;
}

} // namespace strata::rebuild
