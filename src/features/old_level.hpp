#pragma once

#include "catalog/saved_table.hpp"
#include "catalog/sub_level.hpp"
#include "features/adopting.hpp"
#include "features/import_pg_partman.hpp"

namespace strata
{

// The copy of pg_partman's part_config_sub, version 4.7 or 5.
catalog::SavedTable read_old_levels(const std::string &table);

// One of its rows: how the partitions of a set are partitioned themselves.
class OldLevel
{
public:
    // Appends to `report`; both must outlive the object.
    OldLevel(const catalog::SavedTable &table, std::size_t row, std::vector<ImportRow> &report);

    std::optional<std::string> parent_table() const { return text("sub_parent"); }

    // What is to be stored for the set, whose partitions say what the row does not.
    catalog::SubLevel level(const Adopted &adopted);

    // The columns that have no counterpart.
    void report_losses();

private:
    std::optional<std::string> text(std::string_view column) const { return table_.text(row_, column); }
    bool boolean(std::string_view column, bool fallback) const
    {
        return table_.boolean(row_, column).value_or(fallback);
    }

    std::string demand(const char *column) const;
    std::optional<Adopted> first_below(const Adopted &adopted) const;
    void apply_retention(catalog::StoredSet &set, const Adopted &below);
    void changed(const char *column, std::optional<std::string> new_value, const std::string &note);

    const catalog::SavedTable &table_;
    std::size_t row_;
    std::vector<ImportRow> &report_;
};

} // namespace strata
