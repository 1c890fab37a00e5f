#include "features/pruning.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

// A message that is read by people names this many partitions.
constexpr std::size_t most_named = 20;

bool is_below_one_of(Oid table, const std::vector<Oid> &others)
{
    const List *ancestors =
        pg::call([&]() -> List * { return get_rel_relispartition(table) ? get_partition_ancestors(table) : NIL; });
    return std::any_of(others.begin(), others.end(), [&](Oid other) { return list_member_oid(ancestors, other); });
}

// How many partitions hold rows, at all levels.
std::size_t count_partitions(Oid parent)
{
    const List *all = pg::call(find_all_inheritors, parent, NoLock, nullptr);
    std::size_t count = 0;
    for (int i = 0; i < list_length(all); i++)
        count += pg::call(get_rel_relkind, list_nth_oid(all, i)) != RELKIND_PARTITIONED_TABLE;
    return count;
}

// All but the number of partitions: to count them costs more than the rest.
Pruning pruning_of(Oid parent, const pg::QueryTables &tables)
{
    Pruning pruning;
    pruning.parent = parent;
    pruning.parent_table = pg::qualified_name(parent);
    for (const Oid table : tables.planned)
        pruning.planned += is_below_one_of(table, {parent});
    for (const Oid table : tables.read)
        if (is_below_one_of(table, {parent}))
            pruning.names.push_back(pg::qualified_name(table));
    pruning.at_run_time = std::any_of(tables.pruned_late.begin(), tables.pruned_late.end(), [&](Oid table) {
        return table == parent || is_below_one_of(table, {parent});
    });
    return pruning;
}

std::vector<Pruning> look_at(const std::string &query, const pg::QueryParameters &parameters, bool run)
{
    const pg::QueryTables tables = pg::tables_of_query(query, parameters, run);
    std::vector<Pruning> all;
    for (const Oid table : tables.partitioned)
        if (!is_below_one_of(table, tables.partitioned))
            all.push_back(pruning_of(table, tables));
    return all;
}

std::string some_of(const std::vector<std::string> &names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most_named); i++)
        text += (i > 0 ? ", " : "") + names[i];
    if (names.size() > most_named)
        text += ", and " + std::to_string(names.size() - most_named) + " more";
    return text;
}

} // namespace

std::vector<Pruning> explain_pruning(const std::string &query, const pg::QueryParameters &parameters, bool run)
{
    std::vector<Pruning> all = look_at(query, parameters, run);
    for (Pruning &pruning : all)
        pruning.partitions = count_partitions(pruning.parent);
    return all;
}

void assert_pruned(const std::string &query, int at_most, const pg::QueryParameters &parameters, bool run)
{
    if (at_most < 0)
        throw core::Error{core::ErrorKind::invalid_argument,
                          "p_at_most must not be negative: " + std::to_string(at_most)};
    const std::vector<Pruning> all = look_at(query, parameters, run);
    if (all.empty())
        throw core::Error{core::ErrorKind::invalid_argument, "query reads no partitioned table",
                          "There is nothing to assert.",
                          "Name the partitioned table in the query, not a partition."};
    for (const Pruning &pruning : all)
        if (pruning.names.size() > static_cast<std::size_t>(at_most))
            throw core::Error{core::ErrorKind::assert_failure,
                              "query reads " + std::to_string(pruning.names.size()) + " of " +
                                  std::to_string(count_partitions(pruning.parent)) + " partitions of \"" +
                                  pruning.parent_table + "\", more than " + std::to_string(at_most),
                              "It reads " + some_of(pruning.names) + ".",
                              pruning.at_run_time && !run
                                  ? "Some are left out only when the query runs: p_analyze => true runs it."
                                  : "Compare the partition key with constants or parameters of its own type."};
}

} // namespace strata
