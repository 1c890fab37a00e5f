#include "rebuild/rebuild.hpp"

#include "catalog/extension.hpp"
#include "catalog/partitions.hpp"
#include "catalog/provenance.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/create.hpp"
#include "ddl/owner_scope.hpp"
#include "log/progress.hpp"
#include "moving/row_reader.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/log_table.hpp"
#include "rebuild/places.hpp"
#include "test_point.hpp"

#include <unordered_set>

namespace strata::rebuild
{

namespace
{

using catalog::Rebuild;
using core::Error;
using core::ErrorKind;
using pg::Param;

// All that has to stay as it is from one step to the next, as the catalog's rows tell: columns, constraints,
// indexes, triggers, and where the rows are stored; and the row that tells which tables those are.
std::string definition_of(const Rebuild &rebuild)
{
    std::vector<Oid> tables{rebuild.parent, rebuild.source, rebuild.log, rebuild.rest};
    for (const Rebuild::Piece &piece : rebuild.pieces)
        tables.push_back(piece.table);
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        "SELECT md5(string_agg(f, ',' ORDER BY f)) FROM ("
        " SELECT concat_ws('.', 'a', attrelid, attnum, xmin) FROM pg_attribute WHERE attrelid = ANY ($1) AND "
        "attnum > 0"
        " UNION ALL SELECT concat_ws('.', 'c', oid, xmin) FROM pg_constraint WHERE conrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 'i', indexrelid, xmin) FROM pg_index WHERE indrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 't', oid, xmin) FROM pg_trigger WHERE tgrelid = ANY ($1)"
        " UNION ALL SELECT concat_ws('.', 'r', oid, relfilenode, relowner, relkind, relpersistence) FROM pg_class"
        " WHERE oid = ANY ($1) UNION ALL SELECT $2) AS facts (f)",
        {Param::oid_array(tables), Param::text(catalog::facts_of(rebuild))});
    return rows.text(0, 0).value_or("");
}

// The unique index by which rows are found again: the primary key where there is one.
Oid key_index_of(Oid source)
{
    const pg::Spi spi;
    const pg::Rows rows = pg::query(
        "SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate"
        " AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM"
        " unnest(i.indkey[0:i.indnkeyatts - 1]) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k"
        " WHERE NOT a.attnotnull) ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1",
        {Param::oid(source)});
    return rows.oid(0, 0);
}

std::string log_statement(const std::string &log, const Rebuild &rebuild)
{
    std::vector<AttrNumber> attributes;
    pg::call([&] {
        ::Relation index = index_open(rebuild.key_index, AccessShareLock);
        for (int i = 0; i < index->rd_index->indnkeyatts; i++)
            attributes.push_back(index->rd_index->indkey.values[i]);
        index_close(index, AccessShareLock);
    });
    std::string columns = "NULL::\"char\" AS what";
    for (std::size_t i = 0; i < attributes.size(); i++)
    {
        char *name = pg::call(get_attname, rebuild.source, attributes[i], false);
        columns += ", " + pg::quote_ident(name) + " AS k" + std::to_string(i + 1);
    }
    return "CREATE TABLE " + log + " AS SELECT " + columns + " FROM ONLY " + pg::qualified_name(rebuild.source) +
           " WITH NO DATA";
}

int unique_indexes_of(Oid table)
{
    const pg::Spi spi;
    return static_cast<int>(
        *pg::query("SELECT count(*) FROM pg_index WHERE indrelid = $1 AND indisunique", {Param::oid(table)})
             .int8(0, 0));
}

// Until they are partitions nobody but their owner has any rights on the new tables, whatever the default
// privileges.
void hide(std::vector<ddl::Statement> &statements, const std::string &table)
{
    statements.push_back({"ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY"});
}

// The next step finds it as this one leaves it.
void enter(Rebuild rebuild, Rebuild::Phase phase, TransactionId mirrored)
{
    rebuild.phase = phase;
    rebuild.mirrored = mirrored;
    rebuild.definition = definition_of(rebuild);
    catalog::set_rebuild_phase(rebuild);
}

void check_definition(const Rebuild &rebuild)
{
    if (definition_of(rebuild) != rebuild.definition)
        throw Void{ErrorKind::not_in_prerequisite_state,
                   "table " + pg::qualified_name(rebuild.parent) +
                       " has changed while its default partition was rebuilt",
                   "A column, constraint, index or trigger, or the default partition itself, is not what it was.",
                   "The next run begins again."};
}

// Brings what the snapshot sees in the log to the new tables: afterwards they are what the source is to that
// snapshot.
std::uint64_t apply_log(const ShownSet &set, const Rebuild &rebuild)
{
    const ddl::OwnerScope owner{set.parent};
    const pg::Relation source(rebuild.source, AccessShareLock);
    Places places{set.parent, rebuild};
    const std::size_t width = places.key_columns().size();
    KeyedTable rows{rebuild.source, places.key_columns(), AccessShareLock};
    Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
    const LogTable::Keys keys = LogTable::take(rebuild, width, snapshot);
    if (keys.broken)
        throw Void{ErrorKind::not_in_prerequisite_state,
                   "a change of table " + pg::qualified_name(rebuild.source) + " could not be captured",
                   "Its columns are not those of the new tables.", "The next run begins again."};
    bool done = true;
    std::unordered_set<std::uint64_t> seen;
    // All out before anything goes in, or what two rows have exchanged would be there twice.
    pg::call([&] {
        for (std::size_t i = 0; i < keys.count; i++)
        {
            CHECK_FOR_INTERRUPTS();
            done = places.remove(&keys.values[i * width]) && done;
        }
    });
    pg::call([&] {
        for (std::size_t i = 0; i < keys.count; i++)
        {
            CHECK_FOR_INTERRUPTS();
            TupleTableSlot *row = rows.find(&keys.values[i * width], snapshot);
            if (row == nullptr)
                continue;
            const std::uint64_t place =
                (static_cast<std::uint64_t>(ItemPointerGetBlockNumber(&row->tts_tid)) << 16) |
                ItemPointerGetOffsetNumber(&row->tts_tid);
            if (seen.insert(place).second)
                places.put(row);
        }
    });
    places.finish();
    pg::call([&] {
        UnregisterSnapshot(snapshot);
        CommandCounterIncrement();
    });
    if (!done)
        throw Void{ErrorKind::not_in_prerequisite_state,
                   "the new tables of " + pg::qualified_name(rebuild.parent) + " were written to by somebody else",
                   "", "The next run begins again."};
    return keys.count;
}

std::string free_name(Oid schema, const std::string &wanted)
{
    const catalog::NamesInSchema names{schema};
    return core::free_name(wanted, [&names](std::string_view name) { return names.taken(name); });
}

} // namespace

void begin(const ShownSet &set, const std::vector<Wanted> &pieces, std::int64_t job, const locks::Budget &budget)
{
    Rebuild rebuild;
    rebuild.parent = set.parent.oid;
    rebuild.job = job;
    rebuild.source = set.state.default_partition->oid;
    log::show_phase(log::Phase::locking);
    // Whoever is writing is done then, so that nothing is changed uncaptured.
    locks::acquire({rebuild.source, ShareRowExclusiveLock}, {}, budget);
    log::show_phase(log::Phase::making);
    rebuild.key_index = key_index_of(rebuild.source);

    const core::Codec codec = set.config.codec();
    const ddl::Blueprint blueprint = blueprint_of(set.stored, set.parent, codec);
    if (!blueprint.can_stage())
        throw Error{ErrorKind::feature_not_supported,
                    "the default partition of table " + set.parent.quoted() +
                        " cannot be emptied beside those who use it",
                    "The owner of the table may not create tables in the schema of its partitions."};
    const std::string schema = partition_schema(set.stored, set.parent);
    const Oid schema_oid = pg::find_schema(schema);
    const auto make = [&](const std::string &name, const std::optional<core::Range> &range) {
        std::vector<ddl::Statement> statements = blueprint.create_loaded(name, range).table;
        hide(statements, pg::quote_ident(schema) + "." + pg::quote_ident(name));
        ddl::run(set.parent, statements);
        return pg::find_relation(schema, name);
    };
    const auto literal = [&](const core::Bound &bound) {
        return bound.finite() ? std::optional(codec.literal(bound.value)) : std::nullopt;
    };
    const auto number = [](const core::Bound &bound) {
        return bound.finite() ? std::optional<std::int64_t>(bound.value) : std::nullopt;
    };
    for (const Wanted &piece : pieces)
        rebuild.pieces.push_back({make(free_name(schema_oid, piece.name), piece.range), literal(piece.range.lower),
                                  literal(piece.range.upper), number(piece.range.lower),
                                  number(piece.range.upper)});
    const std::string old_name = pg::relation_name(rebuild.source);
    rebuild.rest = make(free_name(schema_oid, core::fit(old_name, "_new")), std::nullopt);
    const std::string log_name = free_name(schema_oid, core::fit(old_name, "_log"));
    const std::string log = pg::quote_ident(schema) + "." + pg::quote_ident(log_name);
    std::vector<ddl::Statement> statements{{log_statement(log, rebuild)}};
    hide(statements, log);
    ddl::run(set.parent, statements);
    rebuild.log = pg::find_relation(schema, log_name);
    for (const Oid table : {rebuild.rest, rebuild.pieces.empty() ? rebuild.rest : rebuild.pieces.front().table})
        if (unique_indexes_of(table) != unique_indexes_of(rebuild.source))
            throw Error{ErrorKind::feature_not_supported,
                        "the default partition of table " + set.parent.quoted() +
                            " cannot be emptied beside those who use it",
                        "New partitions have other unique indexes than the default partition."};

    const std::string source = pg::qualified_name(rebuild.source);
    const std::string function =
        pg::quote_ident(pg::schema_name(catalog::extension_schema())) + ".capture_change()";
    {
        // Nobody else may make triggers of the function.
        const catalog::AsExtensionOwner us;
        const pg::Spi spi;
        pg::utility(std::string("CREATE OR REPLACE TRIGGER ") + trigger_name +
                    " AFTER INSERT OR UPDATE OR DELETE ON " + source + " FOR EACH ROW EXECUTE FUNCTION " +
                    function);
        pg::utility("ALTER TABLE " + source + " ENABLE ALWAYS TRIGGER " + trigger_name);
    }
    rebuild.trigger = pg::call(get_trigger_oid, rebuild.source, trigger_name, false);
    tie(rebuild);
    rebuild.definition = definition_of(rebuild);
    catalog::insert_rebuild(rebuild);
    test_point("rebuild.begun");
}

std::uint64_t fill(const ShownSet &set, const Rebuild &rebuild)
{
    log::show_phase(log::Phase::locking);
    const pg::Relation source(rebuild.source, AccessShareLock);
    check_definition(rebuild);
    log::show_phase(log::Phase::moving);
    std::uint64_t count = 0;
    {
        const ddl::OwnerScope owner{set.parent};
        Places places{set.parent, rebuild};
        moving::RowReader rows{rebuild.source, rebuild.source, {}};
        pg::call([&] {
            while (rows.next() != nullptr)
            {
                places.put(rows.stored());
                count++;
                log::count_row();
            }
        });
        places.finish();
    }
    pg::call(CommandCounterIncrement);
    test_point("rebuild.filled");
    log::show_phase(log::Phase::making);
    std::vector<ddl::Statement> statements{{"ANALYZE " + pg::qualified_name(rebuild.rest)}};
    for (const Rebuild::Piece &piece : rebuild.pieces)
        statements.push_back({"ANALYZE " + pg::qualified_name(piece.table)});
    ddl::run(set.parent, statements);
    enter(rebuild, Rebuild::Phase::following, InvalidTransactionId);
    return count;
}

std::uint64_t follow(const ShownSet &set, const Rebuild &rebuild)
{
    log::show_phase(log::Phase::moving);
    const pg::Relation source(rebuild.source, AccessShareLock);
    check_definition(rebuild);
    const std::uint64_t keys = apply_log(set, rebuild);
    test_point("rebuild.followed");
    return keys;
}

void mirror(const ShownSet &set, const Rebuild &rebuild, const locks::Budget &budget)
{
    log::show_phase(log::Phase::locking);
    locks::acquire({rebuild.source, ShareRowExclusiveLock}, {}, budget);
    check_definition(rebuild);
    log::show_phase(log::Phase::moving);
    (void) apply_log(set, rebuild);
    enter(rebuild, Rebuild::Phase::mirroring, pg::call(GetTopTransactionId));
    test_point("rebuild.mirrored");
}

namespace
{

bool log_is_empty(const Rebuild &rebuild)
{
    const pg::Spi spi;
    return pg::query("SELECT FROM " + pg::qualified_name(rebuild.log) + " LIMIT 1").empty();
}

// Indexes that were named after the table that has another name now.
void rename_indexes(const ShownSet &set, Oid table, const std::string &before, const std::string &after)
{
    std::vector<Oid> indexes;
    {
        const pg::Relation relation(table, AccessShareLock);
        List *all = pg::call(RelationGetIndexList, relation.get());
        for (int i = 0; i < list_length(all); i++)
            indexes.push_back(list_nth_oid(all, i));
    }
    for (const Oid index : indexes)
    {
        const std::string name = pg::relation_name(index);
        if (!name.starts_with(before))
            continue;
        const std::string wanted = free_name(pg::schema_of(table), core::fit(after, name.substr(before.size())));
        ddl::run(set.parent,
                 {{"ALTER INDEX " + pg::qualified_name(index) + " RENAME TO " + pg::quote_ident(wanted)}});
    }
}

} // namespace

std::vector<Created> swap(const ShownSet &set, const Rebuild &rebuild, const locks::Budget &budget)
{
    log::show_phase(log::Phase::locking);
    // One that is gone cannot be locked, this time or the next.
    check_definition(rebuild);
    std::vector<locks::Want> others{{rebuild.source, AccessExclusiveLock}, {rebuild.rest, AccessExclusiveLock}};
    for (const Rebuild::Piece &piece : rebuild.pieces)
        others.push_back({piece.table, AccessExclusiveLock});
    locks::acquire({rebuild.parent, AccessExclusiveLock}, others, budget);
    test_point("rebuild.locked");
    log::show_phase(log::Phase::making);
    check_definition(rebuild);
    if (!pg::call(get_rel_relispartition, rebuild.source) ||
        pg::call(get_partition_parent, rebuild.source, true) != rebuild.parent)
        throw Void{ErrorKind::not_in_prerequisite_state,
                   "the default partition of table " + set.parent.quoted() + " has been exchanged"};
    {
        const ddl::OwnerScope owner{set.parent};
        if (!log_is_empty(rebuild))
            throw Void{ErrorKind::not_in_prerequisite_state,
                       "a change of table " + pg::qualified_name(rebuild.source) + " could not be captured", "",
                       "The next run begins again."};
    }
    const core::Codec codec = set.config.codec();
    const ddl::Blueprint blueprint = blueprint_of(set.stored, set.parent, codec);
    const std::string source = pg::qualified_name(rebuild.source);
    const std::string name = pg::relation_name(rebuild.source);
    const std::string rest_name = pg::relation_name(rebuild.rest);
    std::vector<Created> created;

    untie(rebuild);
    ddl::run(set.parent, {{"ALTER TABLE " + set.parent.quoted() + " DETACH PARTITION " + source}});
    std::vector<Oid> made{rebuild.rest};
    for (std::size_t i = 0; i < rebuild.pieces.size(); i++)
    {
        const Oid table = rebuild.pieces[i].table;
        const core::Range range = catalog::range_of(rebuild.pieces[i]);
        ddl::run(set.parent, {{"ALTER TABLE " + pg::qualified_name(table) + " DISABLE ROW LEVEL SECURITY"}});
        ddl::run(set.parent, blueprint.create_loaded(pg::relation_name(table), range).attach);
        made.push_back(table);
        created.push_back({table, pg::relation_name(table), range, false, true});
    }
    ddl::run(set.parent,
             {{"DROP TABLE " + pg::qualified_name(rebuild.log)},
              {"DROP TABLE " + source},
              {"ALTER TABLE " + pg::qualified_name(rebuild.rest) + " DISABLE ROW LEVEL SECURITY"},
              {"ALTER TABLE " + pg::qualified_name(rebuild.rest) + " RENAME TO " + pg::quote_ident(name)}});
    ddl::run(set.parent, blueprint.create_loaded(name, std::nullopt).attach);
    rename_indexes(set, rebuild.rest, rest_name, name);
    catalog::record(rebuild.parent, made, core::Provenance::made);
    catalog::delete_rebuild(rebuild.source);
    test_point("rebuild.swapped");
    return created;
}

void discard(const catalog::Parent &parent, const Rebuild &rebuild, const locks::Budget &budget)
{
    std::vector<ddl::Statement> statements;
    for (const Oid table : captured_tables(parent.oid, rebuild.source))
    {
        log::show_phase(log::Phase::locking);
        locks::acquire({table, AccessExclusiveLock}, {}, budget);
        statements.push_back({std::string("DROP TRIGGER ") + trigger_name + " ON " + pg::qualified_name(table)});
    }
    for (const Oid table : tied_tables(parent.oid))
        if (!pg::call(get_rel_relispartition, table))
            statements.push_back({"DROP TABLE " + pg::qualified_name(table)});
    ddl::run(parent, statements);
    catalog::delete_rebuild(rebuild.source);
    test_point("rebuild.discarded");
}

} // namespace strata::rebuild
