#include "catalog/shard_rows.hpp"

#include "catalog/partitions.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

// Planning a query evaluates index expressions, which are code of the table's owner.
class AsTableOwner
{
public:
    explicit AsTableOwner(Oid relation) : AsTableOwner(pg::owner_of(relation), pg::call(GetUserId)) {}

private:
    AsTableOwner(Oid owner, Oid user) : identity_(owner, owner != user)
    {
        settings_.set("search_path", "pg_catalog, pg_temp");
        settings_.set("citus.multi_shard_modify_mode", "sequential"); // DDL may follow in this transaction
        settings_.set("row_security", "off"); // an error is better than rows that are not seen
    }

    pg::Identity identity_;
    pg::Settings settings_;
    pg::Spi spi_;
};

std::string finite(const std::string &key)
{
    return "isfinite(" + key + ")";
}

// Without what has no coordinate: the first row is the one.
std::string bounded(const std::string &key, Oid type)
{
    switch (type)
    {
    case DATEOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
        return finite(key);
    case NUMERICOID:
        return key + " BETWEEN -9223372036854775808 AND 9223372036854775807";
    default:
        return key + " IS NOT NULL";
    }
}

std::optional<core::Coordinate> first_in_shards(Oid relation, const Parent &parent, const char *direction)
{
    const AsTableOwner owner(relation);
    const std::string key = pg::quote_ident(parent.key_column);
    const pg::Rows rows = pg::query("SELECT " + key + " FROM " + pg::qualified_name(relation) + " WHERE " +
                                    bounded(key, parent.key_type) + " ORDER BY " + key + direction + " LIMIT 1");
    return rows.empty() ? std::nullopt : to_coordinate(rows.value(0, 0), *parent.key);
}

} // namespace

bool shards_have_rows(Oid relation)
{
    const AsTableOwner owner(relation);
    return pg::query("SELECT EXISTS (SELECT FROM " + pg::qualified_name(relation) + ")").boolean(0, 0).value();
}

std::optional<core::Coordinate> newest_in_shards(Oid relation, const Parent &parent)
{
    return first_in_shards(relation, parent, " DESC");
}

std::optional<core::Coordinate> oldest_in_shards(Oid relation, const Parent &parent)
{
    return first_in_shards(relation, parent, " ASC");
}

std::vector<Datum> sample_from_shards(const Parent &parent)
{
    MemoryContext const memory = CurrentMemoryContext;
    const AsTableOwner owner(parent.oid);
    const std::string key = pg::quote_ident(parent.key_column);
    const pg::Rows rows =
        pg::query("SELECT " + key + " FROM " + parent.quoted() + " WHERE " + key + " IS NOT NULL LIMIT 1000");
    int16 length = 0;
    bool by_value = false;
    pg::call(get_typlenbyval, parent.key_type, &length, &by_value);
    std::vector<Datum> sample;
    for (size_t row = 0; row < rows.size(); row++)
        sample.push_back(pg::call([&] {
            MemoryContext const before = MemoryContextSwitchTo(memory);
            Datum const copy = datumCopy(rows.value(row, 0), by_value, length);
            MemoryContextSwitchTo(before);
            return copy;
        }));
    return sample;
}

std::optional<std::pair<std::string, std::string>> extent_in_shards(Oid relation, const std::string &column)
{
    const AsTableOwner owner(relation);
    const std::string name = pg::quote_ident(column);
    const auto first = [&](const char *direction) {
        const pg::Rows rows = pg::query("SELECT " + name + " FROM " + pg::qualified_name(relation) + " WHERE " +
                                        name + " IS NOT NULL ORDER BY " + name + direction + " LIMIT 1");
        return rows.empty() ? std::nullopt : rows.text(0, 0);
    };
    const auto least = first(" ASC");
    const auto greatest = first(" DESC");
    if (!least || !greatest)
        return std::nullopt;
    return std::pair{*least, *greatest};
}

std::int64_t count_in_shards(Oid relation, const std::optional<std::string> &finite_key)
{
    const AsTableOwner owner(relation);
    return pg::query("SELECT count(*) FROM " + pg::qualified_name(relation) +
                     (finite_key ? " WHERE " + finite(pg::quote_ident(*finite_key)) : ""))
        .int8(0, 0)
        .value();
}

std::optional<std::int64_t> bytes_in_shards(Oid relation)
{
    std::optional<std::int64_t> bytes;
    pg::isolate([&] {
        const AsTableOwner owner(relation);
        bytes = pg::query("SELECT pg_catalog.citus_total_relation_size($1, false)", {pg::Param::regclass(relation)})
                    .int8(0, 0);
    });
    return bytes;
}

} // namespace strata::catalog
