#include "features/import_pg_partman.hpp"

#include "catalog/dotted_name.hpp"
#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/levels.hpp"
#include "features/old_level.hpp"
#include "features/old_set.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "test_point.hpp"

namespace strata
{

namespace
{

std::string sentence(const std::string &text)
{
    return text.empty() ? text : "  " + text;
}

// What was stored, in short.
std::string summary(const Adopted &adopted)
{
    const catalog::StoredSet &set = adopted.set;
    const std::size_t partitions = adopted.state.partitions.size();
    return "taken over with " + std::to_string(partitions) + (partitions == 1 ? " partition" : " partitions") +
           " of " + set.partition_interval + (set.time_zone ? " in time zone " + *set.time_zone : "") +
           (set.name_template ? ", named by " + *set.name_template : "");
}

// A partition is part of the tree of its set.
void join_tree(Adopted &adopted)
{
    if (!adopted.parent.is_partition)
        return;
    const Oid above = pg::call(get_partition_parent, adopted.parent.oid, true);
    const auto set = OidIsValid(above) ? catalog::find_set(above) : std::nullopt;
    if (!set)
        throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                          "it is a partition of a table that was not taken over",
                          "Only whole sets are taken over, with their sub-partition sets."};
    adopted.set.set_root = root_of(*set);
}

// How many tables it is a partition of, one below the other.
int depth_of(const std::string &table)
{
    const Oid found = catalog::find_dotted(table);
    if (!OidIsValid(found) || !pg::call(get_rel_relispartition, found))
        return 0;
    return pg::call([found] { return list_length(get_partition_ancestors(found)); });
}

class Import
{
public:
    Import(const std::string &config_table, const std::optional<std::string> &sub_config_table)
        : sets_(read_old_sets(config_table))
    {
        if (sub_config_table)
            levels_.emplace(read_old_levels(*sub_config_table));
    }

    std::vector<ImportRow> run()
    {
        report_unknown(sets_);
        if (levels_)
            report_unknown(*levels_);
        for (const std::size_t row : in_order())
            take_over_row(row);
        report_other_levels();
        return std::move(report_);
    }

private:
    void report_unknown(const catalog::SavedTable &table)
    {
        for (const std::string &column : table.unknown_columns())
            report_.push_back({std::nullopt, "lost", column, std::nullopt, std::nullopt,
                               "neither version 4.7 nor 5 of pg_partman has such a column; it was not read"});
    }

    // By name, but sets before their sub-partition sets.
    std::vector<std::size_t> in_order() const
    {
        std::vector<std::tuple<int, std::string, std::size_t>> order;
        for (std::size_t row = 0; row < sets_.size(); row++)
        {
            const std::string name = sets_.text(row, "parent_table").value_or("");
            order.emplace_back(depth_of(name), name, row);
        }
        std::sort(order.begin(), order.end());
        std::vector<std::size_t> rows;
        for (const auto &[depth, name, row] : order)
            rows.push_back(row);
        return rows;
    }

    void take_over_row(std::size_t row)
    {
        std::vector<ImportRow> remarks;
        OldSet old{sets_, row, remarks};
        std::string note;
        const auto failure = capture([&] {
            Adopted adopted = infer(old.request());
            join_tree(adopted);
            refuse_unknown_levels(adopted);
            old.apply(adopted);
            old.report_losses();
            take_over(adopted);
            test_point("import.set");
            take_over_level(adopted, remarks);
            note = summary(adopted);
        });
        if (failure)
        {
            report_.push_back({old.parent_table(), "refused", std::nullopt, std::nullopt, std::nullopt,
                               failure->message + "." + sentence(failure->detail) + sentence(failure->hint)});
            return;
        }
        report_.push_back({old.parent_table(), "set", std::nullopt, std::nullopt, std::nullopt, note});
        std::move(remarks.begin(), remarks.end(), std::back_inserter(report_));
    }

    // Without the other table nothing says how new partitions are to be partitioned.
    void refuse_unknown_levels(const Adopted &adopted) const
    {
        if (levels_)
            return;
        for (const core::Partition &partition : adopted.state.partitions)
            if (pg::call(get_rel_relkind, static_cast<Oid>(partition.oid)) == RELKIND_PARTITIONED_TABLE)
                throw core::Error{core::ErrorKind::null_value_not_allowed,
                                  "its partitions are partitioned themselves", "part_config_sub says how.",
                                  "Give a copy of it as p_config_sub_table."};
    }

    // Rows that belong to no set of the other table.
    void report_other_levels()
    {
        std::set<std::optional<std::string>> known;
        for (std::size_t row = 0; row < sets_.size(); row++)
            known.insert(sets_.text(row, "parent_table"));
        for (std::size_t row = 0; levels_ && row < levels_->size(); row++)
            if (const auto parent = levels_->text(row, "sub_parent"); !known.contains(parent))
                report_.push_back({parent, "refused", std::nullopt, std::nullopt, std::nullopt,
                                   "part_config_sub names it, but part_config does not"});
    }

    void take_over_level(const Adopted &adopted, std::vector<ImportRow> &remarks) const
    {
        for (std::size_t row = 0; levels_ && row < levels_->size(); row++)
        {
            if (levels_->text(row, "sub_parent") != adopted.set.parent_table)
                continue;
            OldLevel old{*levels_, row, remarks};
            catalog::insert_level(old.level(adopted));
            old.report_losses();
            (void) levels_of(adopted.set, adopted.parent); // does it fit the set?
        }
    }

    catalog::SavedTable sets_;
    std::optional<catalog::SavedTable> levels_;
    std::vector<ImportRow> report_;
};

} // namespace

std::vector<ImportRow> import_pg_partman(const std::string &config_table,
                                         const std::optional<std::string> &sub_config_table)
{
    pg::refuse_read_only("import_pg_partman");
    std::optional<Import> import;
    {
        const BriefWaits brief;
        import.emplace(config_table, sub_config_table);
    }
    return import->run();
}

} // namespace strata
