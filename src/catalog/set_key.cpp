#include "catalog/set_key.hpp"

#include "catalog/custom_encoding.hpp"
#include "catalog/hash_partitions.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "core/encodings.hpp"
#include "core/epoch.hpp"
#include "core/error.hpp"
#include "core/uuidv7.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

[[noreturn]] void refuse(const StoredSet &set, const Parent &parent, const std::string &detail)
{
    throw core::Error{
        core::ErrorKind::feature_not_supported,
        "control column \"" + set.control + "\" of table \"" + set.parent_table + "\" has type " +
            pg::type_text(parent.key_type),
        detail,
        "Supported are timestamptz, timestamp, date, smallint, integer, bigint, numeric, uuid, and text "
        "and bytea with a codec."};
}

} // namespace

std::optional<core::Key> key_of(const StoredSet &set, const Parent &parent)
{
    if (is_value_list(set) || is_hash(set))
        return std::nullopt;
    try
    {
        return checked_key(set, parent);
    }
    catch (const core::Error &)
    {
        return std::nullopt;
    }
}

core::Key checked_key(const StoredSet &set, const Parent &parent)
{
    const auto type = key_type_of(parent.key_type);
    if (!type)
        refuse(set, parent, "No sets can be stepped along such a column.");
    if (set.codec)
        return core::Key{*type, core::parse_codec(*set.codec, *type)};
    if (set.epoch != "none")
    {
        const auto unit = core::parse_epoch(set.epoch);
        if (!unit || core::axis_of(*type) != core::Axis::number)
            refuse(set, parent, "Its epoch is " + set.epoch + ", which is for integers and numerics.");
        return core::Key{*type, core::epoch_encoding(*unit, *type)};
    }
    const bool encodable = *type == core::KeyType::uuid || *type == core::KeyType::text;
    if (encodable && set.time_encoder && set.time_decoder)
    {
        const TimeFunctions functions{*set.time_encoder, *set.time_decoder};
        if (*type == core::KeyType::uuid && are_uuidv7(functions))
            return core::Key{*type, core::uuidv7_encoding()};
        return core::Key{*type, custom_encoding(functions, *type, parent.owner, set.time_zone.value_or("UTC"))};
    }
    switch (*type)
    {
    case core::KeyType::uuid:
        return core::Key{*type, core::uuidv7_encoding()};
    case core::KeyType::text:
    case core::KeyType::bytea:
        refuse(set, parent, "Such a column needs a codec, or an encoder and a decoder.");
    default:
        return core::Key{*type};
    }
}

Parent read_parent(const StoredSet &set)
{
    Parent parent = read_parent(set.parent);
    parent.key = key_of(set, parent);
    return parent;
}

std::optional<Parent> find_parent(const StoredSet &set)
{
    auto parent = OidIsValid(set.parent) ? find_parent(set.parent) : std::nullopt;
    if (parent)
        parent->key = key_of(set, *parent);
    return parent;
}

Parent existing_parent(const StoredSet &set)
{
    std::optional<Parent> parent = find_parent(set);
    if (!parent)
        throw core::Error(core::ErrorKind::undefined_table,
                          "table \"" + set.parent_table + "\" of a partition set does not exist",
                          "Its configuration is still there.",
                          "If it was dropped on purpose, call partman.config_cleanup('" + set.parent_table + "').");
    return *std::move(parent);
}

} // namespace strata::catalog
