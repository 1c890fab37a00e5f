#include "catalog/rebuilds.hpp"

#include "catalog/extension.hpp"
#include "catalog/table_row.hpp"
#include "core/error.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

namespace column
{
enum Column : int
{
    source_oid = 1,
    parent_oid,
    job_id,
    phase,
    log_oid,
    trigger_oid,
    key_index_oid,
    rest_oid,
    piece_oids,
    piece_lowers,
    piece_uppers,
    piece_froms,
    piece_tos,
    definition,
    mirrored,
};
} // namespace column

constexpr std::array<const char *, 3> phases{"filling", "following", "mirroring"};

const char *text_of(Rebuild::Phase phase)
{
    return phases.at(static_cast<std::size_t>(phase));
}

Rebuild::Phase phase_of(std::string_view text)
{
    for (std::size_t i = 0; i < phases.size(); i++)
        if (text == phases[i])
            return static_cast<Rebuild::Phase>(i);
    throw std::logic_error("unknown phase of a rebuild");
}

struct Elements
{
    Datum *values = nullptr;
    bool *nulls = nullptr;
    int count = 0;
};

Elements elements_of(Datum array, Oid type, int length, bool by_value, char align)
{
    return pg::call([&] {
        Elements found;
        deconstruct_array(DatumGetArrayTypeP(array), type, length, by_value, align, &found.values, &found.nulls,
                          &found.count);
        return found;
    });
}

std::optional<std::string> text_at(const Elements &texts, int index)
{
    if (texts.nulls[index])
        return std::nullopt;
    char *copy = pg::call([&] { return TextDatumGetCString(texts.values[index]); });
    return std::string(copy);
}

std::optional<std::int64_t> number_at(const Elements &numbers, int index)
{
    return numbers.nulls[index] ? std::nullopt : std::optional(DatumGetInt64(numbers.values[index]));
}

Rebuild read(const TableRow &row)
{
    Rebuild rebuild;
    rebuild.source = row.oid(column::source_oid);
    rebuild.parent = row.oid(column::parent_oid);
    rebuild.job = row.optional_int8(column::job_id).value_or(0);
    rebuild.phase = phase_of(row.text(column::phase));
    rebuild.log = row.oid(column::log_oid);
    rebuild.trigger = row.oid(column::trigger_oid);
    rebuild.key_index = row.oid(column::key_index_oid);
    rebuild.rest = row.oid(column::rest_oid);
    const Elements tables = elements_of(row.value(column::piece_oids), OIDOID, sizeof(Oid), true, TYPALIGN_INT);
    const Elements lowers = elements_of(row.value(column::piece_lowers), TEXTOID, -1, false, TYPALIGN_INT);
    const Elements uppers = elements_of(row.value(column::piece_uppers), TEXTOID, -1, false, TYPALIGN_INT);
    const Elements froms =
        elements_of(row.value(column::piece_froms), INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
    const Elements tos = elements_of(row.value(column::piece_tos), INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
    // Nobody writes it but us; where somebody has, there are no pieces, and the definition is another one.
    const bool spoilt = lowers.count != tables.count || uppers.count != tables.count ||
                        froms.count != tables.count || tos.count != tables.count ||
                        std::any_of(tables.nulls, tables.nulls + tables.count, [](bool null) { return null; });
    for (int i = 0; i < tables.count && !spoilt; i++)
        rebuild.pieces.push_back({DatumGetObjectId(tables.values[i]), text_at(lowers, i), text_at(uppers, i),
                                  number_at(froms, i), number_at(tos, i)});
    rebuild.definition = row.text(column::definition);
    rebuild.mirrored = static_cast<TransactionId>(row.optional_int8(column::mirrored).value_or(0));
    return rebuild;
}

std::string table()
{
    return own_table("rebuild");
}

void write(const std::string &statement, const std::vector<Param> &params)
{
    const AsExtensionOwner owner;
    const pg::Spi spi;
    (void) pg::execute(statement, params);
}

} // namespace

std::optional<Rebuild> find_rebuild(Oid source)
{
    const OwnTable own("rebuild");
    std::optional<Rebuild> found;
    scan_by_oid(own, own_index("rebuild", "rebuild_pkey"), column::source_oid, source,
                [&](const TableRow &row) { found = read(row); });
    return found;
}

std::optional<Rebuild> find_rebuild_of_set(Oid parent)
{
    const OwnTable own("rebuild");
    std::optional<Rebuild> found;
    scan(own, [&](const TableRow &row) {
        if (row.oid(column::parent_oid) == parent)
            found = read(row);
    });
    return found;
}

std::vector<Rebuild> all_rebuilds()
{
    const OwnTable own("rebuild");
    std::vector<Rebuild> all;
    scan(own, [&](const TableRow &row) { all.push_back(read(row)); });
    return all;
}

core::Range range_of(const Rebuild::Piece &piece)
{
    return {piece.from ? core::Bound::at(*piece.from) : core::Bound::minus_infinity(),
            piece.to ? core::Bound::at(*piece.to) : core::Bound::plus_infinity()};
}

std::string facts_of(const Rebuild &rebuild)
{
    std::string facts;
    const auto add = [&](const std::string &fact) { facts += std::to_string(fact.size()) + ":" + fact; };
    for (const std::int64_t number :
         {std::int64_t{rebuild.source}, std::int64_t{rebuild.parent}, rebuild.job, std::int64_t{rebuild.log},
          std::int64_t{rebuild.trigger}, std::int64_t{rebuild.key_index}, std::int64_t{rebuild.rest},
          std::int64_t{rebuild.mirrored}})
        add(std::to_string(number));
    add(text_of(rebuild.phase));
    for (const Rebuild::Piece &piece : rebuild.pieces)
    {
        add(std::to_string(piece.table));
        for (const auto &bound : {piece.lower, piece.upper})
            add(bound.value_or("-"));
        for (const auto &bound : {piece.from, piece.to})
            add(bound ? std::to_string(*bound) : "-");
    }
    return facts;
}

void refuse_rebuilt(Oid source)
{
    const auto rebuild = find_rebuild(source);
    if (!rebuild)
        return;
    throw core::Error{core::ErrorKind::object_in_use, "table " + pg::qualified_name(source) + " is being rebuilt",
                      "Maintenance moves its rows into partitions, beside whoever uses it, as job " +
                          std::to_string(rebuild->job) + ".",
                      "Wait for the end of that job, or give it up with partman.abort_job()."};
}

void insert_rebuild(const Rebuild &rebuild)
{
    const pg::Spi spi;
    std::vector<Oid> tables;
    std::string lowers, uppers, froms, tos;
    const auto add = [](std::string &list, const std::optional<std::string> &bound) {
        list += (list.empty() ? "" : ", ") + (bound ? pg::quote_literal(*bound) : std::string("NULL"));
    };
    const auto add_number = [](std::string &list, const std::optional<std::int64_t> &bound) {
        list += (list.empty() ? "" : ", ") + (bound ? "'" + std::to_string(*bound) + "'" : std::string("NULL"));
    };
    for (const Rebuild::Piece &piece : rebuild.pieces)
    {
        add_number(froms, piece.from);
        add_number(tos, piece.to);
        tables.push_back(piece.table);
        add(lowers, piece.lower);
        add(uppers, piece.upper);
    }
    write("INSERT INTO " + table() +
              " (source_oid, parent_oid, job_id, phase, log_oid, trigger_oid, key_index_oid, rest_oid, piece_oids,"
              " piece_lowers, piece_uppers, piece_froms, piece_tos, definition) VALUES ($1, $2, $3, $4, $5, $6, "
              "$7, $8, $9, ARRAY[" +
              lowers + "]::text[], ARRAY[" + uppers + "]::text[], ARRAY[" + froms + "]::bigint[], ARRAY[" + tos +
              "]::bigint[], $10)",
          {Param::oid(rebuild.source), Param::oid(rebuild.parent), Param::int8(rebuild.job),
           Param::text(text_of(rebuild.phase)), Param::oid(rebuild.log), Param::oid(rebuild.trigger),
           Param::oid(rebuild.key_index), Param::oid(rebuild.rest), Param::oid_array(tables),
           Param::text(rebuild.definition)});
}

void set_rebuild_phase(const Rebuild &rebuild)
{
    const pg::Spi spi;
    write("UPDATE " + table() + " SET phase = $2, mirrored = $3, definition = $4 WHERE source_oid = $1",
          {Param::oid(rebuild.source), Param::text(text_of(rebuild.phase)), Param::int8(rebuild.mirrored),
           Param::text(rebuild.definition)});
}

void delete_rebuild(Oid source)
{
    const pg::Spi spi;
    write("DELETE FROM " + table() + " WHERE source_oid = $1", {Param::oid(source)});
}

} // namespace strata::catalog
