#include "catalog/text_key.hpp"

#include "core/table_key.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

namespace
{

// As a cast to `name` does: at a character boundary.
std::string cut(std::string_view part)
{
    const int length = static_cast<int>(part.size());
    return std::string(part.substr(0, static_cast<size_t>(pg_mbcliplen(part.data(), length, NAMEDATALEN - 1))));
}

} // namespace

std::optional<TextKey> parse_key(std::string_view text)
{
    const auto key = core::split_key(text);
    if (!key)
        return std::nullopt;
    return TextKey{cut(key->schema), cut(key->table)};
}

TextKey key_of(Oid relation)
{
    return {pg::schema_name(pg::schema_of(relation)), pg::relation_name(relation)};
}

std::string text_key(Oid relation)
{
    return key_of(relation).text();
}

Oid find_relation(const TextKey &key)
{
    return pg::find_relation(key.schema, key.table);
}

} // namespace strata::catalog
