#pragma once

#include "core/coordinate.hpp"
#include "core/encoding.hpp"

#include <memory>
#include <utility>

namespace strata::core
{

// The control column of a set: its type, and how it holds times where the type itself does not say so.
class Key
{
public:
    Key(KeyType type) : type_(type) {} // most keys are nothing but their type
    Key(KeyType type, std::shared_ptr<const Encoding> encoding) : type_(type), encoding_(std::move(encoding)) {}

    KeyType type() const { return type_; }
    const Encoding *encoding() const { return encoding_.get(); }

private:
    KeyType type_;
    std::shared_ptr<const Encoding> encoding_;
};

// A key without an encoding.
inline bool is_plain(const Key &key, KeyType type)
{
    return key.encoding() == nullptr && key.type() == type;
}

inline Axis axis_of(const Key &key)
{
    return key.encoding() != nullptr ? Axis::instant : axis_of(key.type());
}

} // namespace strata::core
