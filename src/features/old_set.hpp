#pragma once

#include "catalog/saved_table.hpp"
#include "features/adopting.hpp"
#include "features/import_pg_partman.hpp"

namespace strata
{

// The copy of pg_partman's part_config, version 4.7 or 5.
catalog::SavedTable read_old_sets(const std::string &table);

// The name of an encoder or decoder by now: those of pg_partman itself went with it, and ours do the same.
std::optional<std::string> present_function(const std::optional<std::string> &old_name);

// One of its rows.
class OldSet
{
public:
    // Appends to `report`; both must outlive the object.
    OldSet(const catalog::SavedTable &table, std::size_t row, std::vector<ImportRow> &report);

    std::optional<std::string> parent_table() const { return text("parent_table"); }

    // What there is to ask of the table; throws where the row cannot be one of a set.
    AdoptRequest request() const;

    // What else the row says.
    void apply(Adopted &adopted);

    // The columns that have no counterpart.
    void report_losses();

private:
    std::optional<std::string> text(std::string_view column) const { return table_.text(row_, column); }
    bool boolean(std::string_view column, bool fallback) const
    {
        return table_.boolean(row_, column).value_or(fallback);
    }

    void apply_retention(Adopted &adopted);
    void apply_names(Adopted &adopted);
    void apply_horizon(Adopted &adopted);
    void apply_template(Adopted &adopted);
    void changed(const char *column, std::optional<std::string> new_value, const std::string &note);

    const catalog::SavedTable &table_;
    std::size_t row_;
    std::vector<ImportRow> &report_;
};

} // namespace strata
