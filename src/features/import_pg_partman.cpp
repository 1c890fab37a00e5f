#include "features/import_pg_partman.hpp"

#include "core/error.hpp"
#include "features/capture.hpp"
#include "features/old_set.hpp"
#include "pg/read_only.hpp"

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

void refuse_sub_partitions(const catalog::Parent &parent)
{
    if (parent.is_partition)
        throw core::Error{core::ErrorKind::feature_not_supported, "it is a partition itself",
                          "Sub-partition sets are not taken over."};
}

class Import
{
public:
    Import(const std::string &config_table, const std::optional<std::string> &sub_config_table)
        : sets_(read_old_sets(config_table))
    {
        if (sub_config_table)
            subs_.emplace(*sub_config_table, std::vector<catalog::SavedTable::Column>{{"sub_parent", TEXTOID}}, 1);
    }

    std::vector<ImportRow> run()
    {
        for (const std::string &column : sets_.unknown_columns())
            report_.push_back({std::nullopt, "lost", column, std::nullopt, std::nullopt,
                               "neither version 4.7 nor 5 of pg_partman has such a column; it was not read"});
        for (const std::size_t row : in_order())
            take_over_row(row);
        return std::move(report_);
    }

private:
    std::vector<std::size_t> in_order() const
    {
        std::vector<std::size_t> order(sets_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return sets_.text(a, "parent_table").value_or("") < sets_.text(b, "parent_table").value_or("");
        });
        return order;
    }

    void take_over_row(std::size_t row)
    {
        std::vector<ImportRow> remarks;
        OldSet old{sets_, row, remarks};
        std::string note;
        const auto failure = capture([&] {
            refuse_described(old.parent_table());
            Adopted adopted = infer(old.request());
            refuse_sub_partitions(adopted.parent);
            old.apply(adopted);
            take_over(adopted);
            note = summary(adopted);
        });
        if (failure)
        {
            report_.push_back({old.parent_table(), "refused", std::nullopt, std::nullopt, std::nullopt,
                               failure->message + "." + sentence(failure->detail) + sentence(failure->hint)});
            return;
        }
        old.report_losses();
        report_.push_back({old.parent_table(), "set", std::nullopt, std::nullopt, std::nullopt, note});
        std::move(remarks.begin(), remarks.end(), std::back_inserter(report_));
    }

    // New partitions of such a set would have to be partitioned as well.
    void refuse_described(const std::optional<std::string> &parent_table) const
    {
        for (std::size_t row = 0; subs_ && row < subs_->size(); row++)
            if (subs_->text(row, "sub_parent") == parent_table)
                throw core::Error{core::ErrorKind::feature_not_supported,
                                  "its partitions are partitioned themselves",
                                  "Sub-partition sets are not taken over."};
    }

    catalog::SavedTable sets_;
    std::optional<catalog::SavedTable> subs_;
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
