#include "rebuild/rebuild.hpp"

#include "catalog/extension.hpp"
#include "core/naming.hpp"
#include "ddl/owner_scope.hpp"
#include "log/progress.hpp"
#include "moving/row_reader.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "rebuild/belonging.hpp"
#include "rebuild/beside_default.hpp"
#include "rebuild/definition.hpp"
#include "rebuild/foreign_keys.hpp"
#include "rebuild/key_index.hpp"
#include "rebuild/log_table.hpp"
#include "rebuild/new_partition.hpp"
#include "rebuild/places.hpp"
#include "rebuild/staged_set.hpp"
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

std::string log_statement(const std::string &log, const Rebuild::Source &source)
{
    std::vector<AttrNumber> attributes;
    pg::call([&] {
        ::Relation index = index_open(source.key_index, AccessShareLock);
        for (int i = 0; i < index->rd_index->indnkeyatts; i++)
            attributes.push_back(index->rd_index->indkey.values[i]);
        index_close(index, AccessShareLock);
    });
    std::string columns = "NULL::\"char\" AS what";
    for (std::size_t i = 0; i < attributes.size(); i++)
    {
        char *name = pg::call(get_attname, source.table, attributes[i], false);
        columns += ", " + pg::quote_ident(name) + " AS k" + std::to_string(i + 1);
    }
    return "CREATE TABLE " + log + " AS SELECT " + columns + " FROM ONLY " + pg::qualified_name(source.table) +
           " WITH NO DATA";
}

int unique_indexes_of(Oid table)
{
    const ddl::FixedSettings settings;
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

// The next step finds it as this one leaves it, if nobody has changed anything beside this one.
void enter(Rebuild rebuild, Rebuild::Phase phase, TransactionId mirrored)
{
    check_definition(rebuild);
    rebuild.phase = phase;
    rebuild.mirrored = mirrored;
    rebuild.definition = definition_of(rebuild);
    catalog::set_rebuild_phase(rebuild);
}

// Old and new tables, as long as rows are brought from the ones to the others.
struct Way
{
    Way(const PartitionedTable &table, const Rebuild &rebuild, const Rebuild::Source &source)
        : places(table.parent, rebuild, source), rows(source.table, places.key_columns(), AccessShareLock)
    {}

    Places places;
    KeyedTable rows;
};

// The rows of one source that have one of these keys, once each.  Inside of pg::call.
void put_rows(Way &way, const LogTable::Keys &keys, std::size_t width, Snapshot snapshot)
{
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t i = 0; i < keys.count; i++)
    {
        CHECK_FOR_INTERRUPTS();
        TupleTableSlot *row = way.rows.find(&keys.values[i * width], snapshot);
        if (row == nullptr)
            continue;
        const std::uint64_t place = (static_cast<std::uint64_t>(ItemPointerGetBlockNumber(&row->tts_tid)) << 16) |
                                    ItemPointerGetOffsetNumber(&row->tts_tid);
        if (seen.insert(place).second)
            way.places.put(row);
    }
}

// Holds the sources as they are while it lives.
std::vector<std::unique_ptr<pg::Relation>> hold_sources(const Rebuild &rebuild)
{
    std::vector<std::unique_ptr<pg::Relation>> held;
    for (const Rebuild::Source &source : rebuild.sources)
        held.push_back(std::make_unique<pg::Relation>(source.table, AccessShareLock));
    return held;
}

// Brings what the snapshot sees in the log to the new tables: afterwards they are what the sources are to that
// snapshot.
std::uint64_t apply_log(const PartitionedTable &table, const Rebuild &rebuild)
{
    const ddl::OwnerScope owner{table.parent};
    const auto held = hold_sources(rebuild);
    if (!pg::relation_exists(rebuild.log))
        lose(rebuild, "The log is gone.");
    std::vector<std::unique_ptr<Way>> ways;
    for (const Rebuild::Source &source : rebuild.sources)
        ways.push_back(std::make_unique<Way>(table, rebuild, source));
    Places &places = ways.front()->places;
    const std::size_t width = places.key_columns().size();
    Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
    const LogTable::Keys keys = LogTable::take(rebuild, width, snapshot);
    if (keys.broken)
        lose(rebuild, "The columns of the log are not those of the new tables.");
    bool done = true;
    // All out before anything goes in, or what two rows have exchanged would be there twice.
    pg::call([&] {
        for (std::size_t i = 0; i < keys.count; i++)
        {
            CHECK_FOR_INTERRUPTS();
            done = places.remove(&keys.values[i * width]) && done;
        }
    });
    for (const auto &way : ways)
    {
        pg::call([&] { put_rows(*way, keys, width, snapshot); });
        way->places.finish();
    }
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

// Locks all sources alike.
void lock_sources(const PartitionedTable &table, const Rebuild &rebuild, LOCKMODE mode)
{
    log::show_phase(log::Phase::locking);
    std::vector<locks::Want> wants;
    for (const Rebuild::Source &source : rebuild.sources)
        wants.push_back({source.table, mode});
    locks::acquire(wants.front(), {wants.begin() + 1, wants.end()}, table.budget());
}

[[noreturn]] void refuse(const PartitionedTable &table, const std::string &reason)
{
    throw Error{ErrorKind::feature_not_supported,
                "partitions of table " + table.parent.quoted() + " cannot be replaced beside those who use them",
                reason};
}

Oid make_trigger(Oid source)
{
    const std::string text = pg::qualified_name(source);
    const std::string function =
        pg::quote_ident(pg::schema_name(catalog::extension_schema())) + ".capture_change()";
    {
        // Nobody else may make triggers of the function.
        const catalog::AsExtensionOwner us;
        const pg::Spi spi;
        pg::utility(std::string("CREATE OR REPLACE TRIGGER ") + trigger_name +
                    " AFTER INSERT OR UPDATE OR DELETE ON " + text + " FOR EACH ROW EXECUTE FUNCTION " + function);
        pg::utility("ALTER TABLE " + text + " ENABLE ALWAYS TRIGGER " + trigger_name);
    }
    return pg::call(get_trigger_oid, source, trigger_name, false);
}

} // namespace

void begin(const PartitionedTable &table, const Replacement &replacement, std::int64_t job)
{
    Rebuild rebuild;
    rebuild.parent = table.parent.oid;
    rebuild.job = job;
    for (const Oid source : replacement.sources)
        rebuild.sources.push_back({source});
    // Whoever is writing is done then, so that nothing is changed uncaptured.
    lock_sources(table, rebuild, ShareRowExclusiveLock);
    log::show_phase(log::Phase::making);
    const std::vector<Oid> indexes = key_indexes_of(replacement.sources);
    if (indexes.empty())
        refuse(table, "They have no unique key any more.");
    for (std::size_t i = 0; i < indexes.size(); i++)
        rebuild.sources[i].key_index = indexes[i];

    const PartitionedTable there = replacement.division ? beside(table, replacement.sources.front()) : table;
    const ddl::Blueprint blueprint = blueprint_of(there);
    if (!blueprint.can_stage())
        refuse(table, "The owner of the table may not create tables in the schema of its partitions.");
    const std::string schema = there.partition_schema();
    const Oid schema_oid = pg::find_schema(schema);
    const auto make = [&](const std::string &wanted, const ddl::Blueprint::Bounds &bounds) {
        const std::string name = free_name(schema_oid, wanted);
        std::vector<ddl::Statement> statements = blueprint.create_loaded(name, bounds).table;
        hide(statements, pg::quote_ident(schema) + "." + pg::quote_ident(name));
        ddl::run(table.parent, statements);
        return pg::find_relation(schema, name);
    };
    for (const NewPartition &wanted : replacement.pieces)
    {
        Rebuild::Piece piece = piece_of(table, wanted);
        piece.table = make(wanted.name, bounds_of(table, piece));
        rebuild.pieces.push_back(std::move(piece));
    }
    if (replacement.division)
    {
        const StagedSet staged = make_staged(table, replacement.sources.front(), *replacement.division);
        rebuild.staged = staged.table;
        for (const Oid partition : staged.partitions)
            rebuild.pieces.push_back({.table = partition});
    }
    const Rebuild::Source &first = rebuild.sources.front();
    const std::string old_name = pg::relation_name(first.table);
    if (replacement.rest)
        rebuild.rest = make(core::fit(old_name, "_new"), bounds_of_rest());
    const std::string log_name = free_name(schema_oid, core::fit(old_name, "_log"));
    const std::string log = pg::quote_ident(schema) + "." + pg::quote_ident(log_name);
    std::vector<ddl::Statement> statements{{log_statement(log, first)}};
    hide(statements, log);
    ddl::run(table.parent, statements);
    rebuild.log = pg::find_relation(schema, log_name);
    // All of them are made alike.
    const int unique_indexes = unique_indexes_of(rebuild.new_tables().front());
    for (Rebuild::Source &source : rebuild.sources)
    {
        if (unique_indexes_of(source.table) != unique_indexes)
            refuse(table,
                   "New partitions have other unique indexes than " + pg::qualified_name(source.table) + ".");
        source.trigger = make_trigger(source.table);
    }
    tie(rebuild);
    rebuild.definition = definition_of(rebuild);
    catalog::insert_rebuild(rebuild);
    test_point("rebuild.begun");
}

std::uint64_t fill(const PartitionedTable &table, const Rebuild &rebuild)
{
    log::show_phase(log::Phase::locking);
    const auto held = hold_sources(rebuild);
    check_definition(rebuild);
    log::show_phase(log::Phase::moving);
    std::uint64_t count = 0;
    {
        const ddl::OwnerScope owner{table.parent};
        // Each by a snapshot of its own: what goes from one to the other in between is logged.
        for (const Rebuild::Source &source : rebuild.sources)
        {
            Places places{table.parent, rebuild, source};
            moving::RowReader rows{source.table, source.table, {}};
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
    }
    pg::call(CommandCounterIncrement);
    test_point("rebuild.filled");
    log::show_phase(log::Phase::making);
    std::vector<ddl::Statement> statements;
    for (const Oid made : rebuild.new_tables())
        statements.push_back({"ANALYZE " + pg::qualified_name(made)});
    ddl::run(table.parent, statements);
    enter(rebuild, Rebuild::Phase::following, InvalidTransactionId);
    return count;
}

std::uint64_t follow(const PartitionedTable &table, const Rebuild &rebuild)
{
    log::show_phase(log::Phase::moving);
    const auto held = hold_sources(rebuild);
    check_definition(rebuild);
    const std::uint64_t keys = apply_log(table, rebuild);
    test_point("rebuild.followed");
    return keys;
}

void mirror(const PartitionedTable &table, const Rebuild &rebuild)
{
    lock_sources(table, rebuild, ShareRowExclusiveLock);
    check_definition(rebuild);
    log::show_phase(log::Phase::moving);
    (void) apply_log(table, rebuild);
    enter(rebuild, Rebuild::Phase::mirroring, pg::call(GetTopTransactionId));
    test_point("rebuild.mirrored");
}

void discard(const catalog::Parent &parent, const Rebuild &rebuild, const locks::Budget &budget)
{
    std::vector<ddl::Statement> statements;
    std::vector<locks::Want> wants;
    for (const Oid table : captured_tables(parent.oid, rebuild))
    {
        wants.push_back({table, AccessExclusiveLock});
        statements.push_back({std::string("DROP TRIGGER ") + trigger_name + " ON " + pg::qualified_name(table)});
    }
    std::vector<Oid> made = tied_tables(parent.oid);
    std::erase_if(made, [](Oid table) { return pg::call(get_rel_relispartition, table); });
    for (const Oid table : made)
    {
        statements.push_back({"DROP TABLE " + pg::qualified_name(table)});
        List *all = pg::call(find_all_inheritors, table, NoLock, nullptr);
        for (int i = 0; i < list_length(all); i++)
            wants.push_back({list_nth_oid(all, i), AccessExclusiveLock});
    }
    if (const std::vector<ddl::Statement> more = readmit(parent); !more.empty())
    {
        wants.push_back({parent.default_partition, AccessExclusiveLock});
        statements.insert(statements.end(), more.begin(), more.end());
    }
    // What acts on them from there goes with them.
    std::ranges::move(wants_on_referenced(made, AccessExclusiveLock), std::back_inserter(wants));
    log::show_phase(log::Phase::locking);
    if (!wants.empty())
        locks::acquire(wants.front(), {wants.begin() + 1, wants.end()}, budget);
    ddl::run(parent, statements);
    catalog::delete_rebuild(rebuild.parent);
    test_point("rebuild.discarded");
}

} // namespace strata::rebuild
