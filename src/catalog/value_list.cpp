#include "catalog/value_list.hpp"

#include "catalog/making_switches.hpp"
#include "core/error.hpp"
#include "pg/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/snapshot.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

bool is_value_list(const StoredSet &set)
{
    return set.list_mode == "values";
}

core::ValueListConfig to_value_config(const StoredSet &set, const Parent &parent)
{
    core::ValueListConfig config;
    config.schema = set.partition_schema.value_or(parent.schema);
    config.table = parent.name;
    config.name_template = set.name_template;
    config.min_rows = set.value_min_rows;
    config.max_partitions = set.max_partitions;
    config.making = making_switches(set);
    return config;
}

std::string value_query_text(const std::string &query)
{
    // It may end in a comment.
    return "SELECT * FROM (" + query + "\n) AS registered";
}

void check_value_query(const std::string &query)
{
    bool const one_select = [&] {
        try
        {
            std::string const used = value_query_text(query);
            return pg::call([&] {
                List *parsed = raw_parser(query.c_str(), RAW_PARSE_DEFAULT);
                return list_length(parsed) == 1 && IsA(linitial_node(RawStmt, parsed)->stmt, SelectStmt) &&
                       list_length(raw_parser(used.c_str(), RAW_PARSE_DEFAULT)) == 1;
            });
        }
        catch (const pg::Error &error)
        {
            throw core::Error{core::ErrorKind::invalid_argument, "invalid value_query: " + error.message(),
                              "The query is \"" + query + "\".",
                              "Write one SELECT with one column, every name with its schema."};
        }
    }();
    if (!one_select)
        throw core::Error{core::ErrorKind::invalid_argument, "value_query must be one SELECT",
                          "The query is \"" + query + "\".",
                          "Write one SELECT with one column, every name with its schema."};
}

ValueBook::ValueBook(const Parent &parent) : order_(parent)
{
    type_ = pg::call(getBaseType, parent.key_type);
    pg::call(get_typlenbyval, type_, &length_, &by_value_);

    // A partition that is being detached concurrently is left out only by somebody who has a snapshot.
    pg::ActiveSnapshot const snapshot;
    pg::Relation const relation{parent.oid, AccessShareLock, pg::HeldUntil::scope_end};
    PartitionDesc const descriptor = pg::partitions_of(relation.get());
    if (descriptor->nparts == 0)
        return;
    const PartitionBoundInfoData &bounds = *descriptor->boundinfo;
    std::unordered_map<Oid, std::size_t> places;
    auto const values_of = [&](Oid oid) -> std::vector<core::ListedValue> & {
        auto const [place, is_new] = places.try_emplace(oid, partitions_.size());
        if (is_new)
            partitions_.push_back({oid, {}});
        return partitions_[place->second].values;
    };
    for (int i = 0; i < bounds.ndatums; ++i)
    {
        Oid const oid = descriptor->oids[bounds.indexes[i]];
        Datum const value = pg::call(datumCopy, bounds.datums[i][0], by_value_, int{length_});
        entries_.push_back({value, oid});
        values_of(oid).emplace_back(write(value));
    }
    if (bounds.null_index >= 0)
    {
        null_ = descriptor->oids[bounds.null_index];
        values_of(null_).emplace_back(std::nullopt);
    }
    if (bounds.default_index >= 0)
        default_ = descriptor->oids[bounds.default_index];
}

std::vector<std::uint32_t> ValueBook::oids() const
{
    std::vector<std::uint32_t> oids;
    for (const ValuePartition &partition : partitions_)
        oids.push_back(partition.oid);
    return oids;
}

Datum ValueBook::parse(const std::string &text) const
{
    return pg::call([&] {
        Oid function = InvalidOid, parameter = InvalidOid;
        getTypeInputInfo(type_, &function, &parameter);
        return OidInputFunctionCall(function, const_cast<char *>(text.c_str()), parameter, -1);
    });
}

std::string ValueBook::write(Datum value) const
{
    return pg::output_of(type_, value);
}

Oid ValueBook::holder(const core::ListedValue &value) const
{
    if (!value)
        return null_;
    Datum const wanted = parse(*value);
    return pg::call([&] {
        std::size_t low = 0, high = entries_.size();
        while (low < high)
        {
            std::size_t const middle = (low + high) / 2;
            int const order = order_.compare(wanted, entries_[middle].value);
            if (order == 0)
                return entries_[middle].partition;
            (order < 0 ? high : low) = order < 0 ? middle : middle + 1;
        }
        return Oid{InvalidOid};
    });
}

bool ValueBook::same(const core::ListedValue &a, const core::ListedValue &b) const
{
    if (!a || !b)
        return !a && !b;
    Datum const one = parse(*a);
    Datum const other = parse(*b);
    return pg::call([&] { return order_.compare(one, other) == 0; });
}

} // namespace strata::catalog
