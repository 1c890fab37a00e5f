#pragma once

#include "pg/postgres.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

// A plain table that somebody has made as a copy of another manager's configuration.  Its rows are data: it is read
// with the caller's rights and no others, and nothing of its owner's runs.
class SavedTable
{
public:
    struct Column
    {
        const char *name;
        Oid type; // TEXTOID takes varchar and name as well; INT4OID all integers
    };

    // `name` is schema.table without quotes, or a table that the search path or the temporary schema has.  Of the
    // columns `known` those that the table has are read; another type than theirs is a core::Error, and so is the
    // lack of one of the first `required`.
    SavedTable(const std::string &name, const std::vector<Column> &known, std::size_t required);

    std::size_t size() const noexcept { return rows_.size(); }
    bool has(std::string_view column) const { return places_.contains(column); }
    const std::vector<std::string> &unknown_columns() const noexcept { return unknown_; }

    // Nothing for NULL and for a column that the table has not.
    std::optional<std::string> text(std::size_t row, std::string_view column) const;
    std::optional<std::int32_t> int4(std::size_t row, std::string_view column) const;
    std::optional<bool> boolean(std::size_t row, std::string_view column) const;
    std::vector<std::string> text_array(std::size_t row, std::string_view column) const;

    // Of any type, as SQL writes it.
    std::optional<std::string> shown(std::size_t row, std::string_view column) const;

private:
    std::optional<int> place(std::size_t row, std::string_view column) const;

    std::map<std::string, int, std::less<>> places_;
    std::vector<std::string> unknown_;
    pg::Rows rows_;
};

} // namespace strata::catalog
