#include "catalog/set_key.hpp"

#include "catalog/stored_set.hpp"
#include "core/epoch.hpp"

namespace strata::catalog
{

std::optional<core::Key> key_of(const StoredSet &set, const Parent &parent)
{
    // Of a parent that was read for a set before only the type counts.
    if (!parent.key)
        return std::nullopt;
    const core::KeyType type = parent.key->type();
    if (set.epoch == "none")
        return core::Key{type};
    const auto unit = core::parse_epoch(set.epoch);
    if (!unit || core::axis_of(type) != core::Axis::number)
        return std::nullopt;
    return core::Key{type, core::epoch_encoding(*unit, type)};
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

} // namespace strata::catalog
