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
    parent_oid = 1,
    job_id,
    phase,
    source_oids,
    trigger_oids,
    key_index_oids,
    log_oid,
    rest_oid,
    piece_oids,
    piece_lowers,
    piece_uppers,
    piece_froms,
    piece_tos,
    piece_moduli,
    piece_remainders,
    definition,
    mirrored,
    staged_oid,
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

Elements oids_of(Datum array)
{
    return elements_of(array, OIDOID, sizeof(Oid), true, TYPALIGN_INT);
}

Elements texts_of(Datum array)
{
    return elements_of(array, TEXTOID, -1, false, TYPALIGN_INT);
}

Elements int8s_of(Datum array)
{
    return elements_of(array, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

Elements int4s_of(Datum array)
{
    return elements_of(array, INT4OID, 4, true, TYPALIGN_INT);
}

bool has_null(const Elements &elements)
{
    return std::any_of(elements.nulls, elements.nulls + elements.count, [](bool null) { return null; });
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

std::optional<core::HashBound> hash_at(const Elements &moduli, const Elements &remainders, int index)
{
    if (moduli.nulls[index] || remainders.nulls[index])
        return std::nullopt;
    return core::HashBound{DatumGetInt32(moduli.values[index]), DatumGetInt32(remainders.values[index])};
}

Rebuild read(const TableRow &row)
{
    Rebuild rebuild;
    rebuild.parent = row.oid(column::parent_oid);
    rebuild.job = row.optional_int8(column::job_id).value_or(0);
    rebuild.phase = phase_of(row.text(column::phase));
    const Elements sources = oids_of(row.value(column::source_oids));
    const Elements triggers = oids_of(row.value(column::trigger_oids));
    const Elements indexes = oids_of(row.value(column::key_index_oids));
    const bool unknown = has_null(sources) || has_null(triggers) || has_null(indexes) ||
                         triggers.count != sources.count || indexes.count != sources.count;
    for (int i = 0; i < sources.count && !unknown; i++)
        rebuild.sources.push_back({DatumGetObjectId(sources.values[i]), DatumGetObjectId(triggers.values[i]),
                                   DatumGetObjectId(indexes.values[i])});
    rebuild.log = row.oid(column::log_oid);
    rebuild.rest = row.oid(column::rest_oid);
    const Elements tables = oids_of(row.value(column::piece_oids));
    const Elements lowers = texts_of(row.value(column::piece_lowers));
    const Elements uppers = texts_of(row.value(column::piece_uppers));
    const Elements froms = int8s_of(row.value(column::piece_froms));
    const Elements tos = int8s_of(row.value(column::piece_tos));
    const Elements moduli = int4s_of(row.value(column::piece_moduli));
    const Elements remainders = int4s_of(row.value(column::piece_remainders));
    const std::array bounds{&lowers, &uppers, &froms, &tos, &moduli, &remainders};
    // Nobody writes it but us; where somebody has, there are no pieces, and the definition is another one.
    const bool spoilt = has_null(tables) || std::any_of(bounds.begin(), bounds.end(), [&](const Elements *one) {
                            return one->count != tables.count;
                        });
    for (int i = 0; i < tables.count && !spoilt; i++)
        rebuild.pieces.push_back({DatumGetObjectId(tables.values[i]), text_at(lowers, i), text_at(uppers, i),
                                  number_at(froms, i), number_at(tos, i), hash_at(moduli, remainders, i)});
    rebuild.definition = row.text(column::definition);
    rebuild.mirrored = static_cast<TransactionId>(row.optional_int8(column::mirrored).value_or(0));
    rebuild.staged = row.oid(column::staged_oid);
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

// The elements of an array constructor.
class ArrayText
{
public:
    void add(const std::optional<std::string> &element)
    {
        text_ += (text_.empty() ? "" : ", ") + (element ? pg::quote_literal(*element) : std::string("NULL"));
    }
    void add_number(const std::optional<std::int64_t> &element)
    {
        add(element ? std::optional(std::to_string(*element)) : std::nullopt);
    }
    std::string as(const char *type) const { return "ARRAY[" + text_ + "]::" + type + "[]"; }

private:
    std::string text_;
};

} // namespace

const Rebuild::Source *Rebuild::source(Oid table) const
{
    const auto found =
        std::find_if(sources.begin(), sources.end(), [&](const Source &source) { return source.table == table; });
    return found == sources.end() ? nullptr : &*found;
}

std::vector<Oid> Rebuild::new_tables() const
{
    std::vector<Oid> tables;
    for (const Piece &piece : pieces)
        tables.push_back(piece.table);
    if (OidIsValid(rest))
        tables.push_back(rest);
    return tables;
}

std::vector<Oid> Rebuild::tops() const
{
    return OidIsValid(staged) ? std::vector<Oid>{staged} : new_tables();
}

std::optional<Rebuild> find_rebuild(Oid source)
{
    const OwnTable own("rebuild");
    std::optional<Rebuild> found;
    // As many rows as there are sets at work; what was there before them is pruned by the look.
    scan(own, [&](const TableRow &row) {
        const Elements sources = oids_of(row.value(column::source_oids));
        for (int i = 0; i < sources.count; i++)
            if (DatumGetObjectId(sources.values[i]) == source)
                found = read(row);
    });
    return found;
}

std::optional<Rebuild> find_rebuild_of_set(Oid parent)
{
    const OwnTable own("rebuild");
    std::optional<Rebuild> found;
    scan_by_oid(own, own_index("rebuild", "rebuild_pkey"), column::parent_oid, parent,
                [&](const TableRow &row) { found = read(row); });
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
         {std::int64_t{rebuild.parent}, rebuild.job, std::int64_t{rebuild.log}, std::int64_t{rebuild.rest},
          std::int64_t{rebuild.staged}, std::int64_t{rebuild.mirrored}})
        add(std::to_string(number));
    for (const Rebuild::Source &source : rebuild.sources)
        for (const Oid oid : {source.table, source.trigger, source.key_index})
            add(std::to_string(oid));
    add(text_of(rebuild.phase));
    for (const Rebuild::Piece &piece : rebuild.pieces)
    {
        add(std::to_string(piece.table));
        for (const auto &bound : {piece.lower, piece.upper})
            add(bound.value_or("-"));
        for (const auto &bound : {piece.from, piece.to})
            add(bound ? std::to_string(*bound) : "-");
        if (piece.hash)
            add(core::hash_text(*piece.hash));
    }
    return facts;
}

void refuse_rebuilt(Oid source)
{
    const auto rebuild = find_rebuild(source);
    if (!rebuild)
        return;
    throw core::Error{core::ErrorKind::object_in_use, "table " + pg::qualified_name(source) + " is being rebuilt",
                      "Its rows are being brought to other partitions, beside whoever uses it, as job " +
                          std::to_string(rebuild->job) + ".",
                      "Wait for the end of that job, or give it up with partman.abort_job()."};
}

void insert_rebuild(const Rebuild &rebuild)
{
    const pg::Spi spi;
    std::vector<Oid> sources, triggers, indexes, tables;
    for (const Rebuild::Source &source : rebuild.sources)
    {
        sources.push_back(source.table);
        triggers.push_back(source.trigger);
        indexes.push_back(source.key_index);
    }
    ArrayText lowers, uppers, froms, tos, moduli, remainders;
    for (const Rebuild::Piece &piece : rebuild.pieces)
    {
        tables.push_back(piece.table);
        lowers.add(piece.lower);
        uppers.add(piece.upper);
        froms.add_number(piece.from);
        tos.add_number(piece.to);
        moduli.add_number(piece.hash ? std::optional<std::int64_t>(piece.hash->modulus) : std::nullopt);
        remainders.add_number(piece.hash ? std::optional<std::int64_t>(piece.hash->remainder) : std::nullopt);
    }
    write("INSERT INTO " + table() +
              " (parent_oid, job_id, phase, source_oids, trigger_oids, key_index_oids, log_oid, rest_oid,"
              " piece_oids, piece_lowers, piece_uppers, piece_froms, piece_tos, piece_moduli, piece_remainders,"
              " definition, staged_oid) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, " +
              lowers.as("text") + ", " + uppers.as("text") + ", " + froms.as("bigint") + ", " + tos.as("bigint") +
              ", " + moduli.as("int") + ", " + remainders.as("int") + ", $10, $11)",
          {Param::oid(rebuild.parent), Param::int8(rebuild.job), Param::text(text_of(rebuild.phase)),
           Param::oid_array(sources), Param::oid_array(triggers), Param::oid_array(indexes),
           Param::oid(rebuild.log), Param::oid(rebuild.rest), Param::oid_array(tables),
           Param::text(rebuild.definition), Param::oid(rebuild.staged)});
}

void set_rebuild_phase(const Rebuild &rebuild)
{
    const pg::Spi spi;
    write("UPDATE " + table() + " SET phase = $2, mirrored = $3, definition = $4 WHERE parent_oid = $1",
          {Param::oid(rebuild.parent), Param::text(text_of(rebuild.phase)), Param::int8(rebuild.mirrored),
           Param::text(rebuild.definition)});
}

void delete_rebuild(Oid parent)
{
    const pg::Spi spi;
    write("DELETE FROM " + table() + " WHERE parent_oid = $1", {Param::oid(parent)});
}

} // namespace strata::catalog
