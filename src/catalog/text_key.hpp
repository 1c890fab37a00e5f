#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// The dialect's way to name a table: schema.table without quotes, split at the only dot, each part cut to 63 bytes.
struct TextKey
{
    std::string schema;
    std::string table;

    bool operator==(const TextKey &) const = default;
    std::string text() const { return schema + "." + table; }
};

// Nothing when the text does not have that form.
std::optional<TextKey> parse_key(std::string_view text);

// Of an existing relation; core::Error (undefined_table) when it is gone.
TextKey key_of(Oid relation);
std::string text_key(Oid relation);

// The relation of that name; InvalidOid when there is none.
Oid find_relation(const TextKey &key);

} // namespace strata::catalog
