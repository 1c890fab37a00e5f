#include "moving/key_window.hpp"

#include "ddl/owner_scope.hpp"

namespace strata::moving
{

namespace
{

std::optional<std::string> literal(const core::Bound &bound, const core::Codec &codec)
{
    return bound.finite() ? std::optional(codec.literal(bound.value)) : std::nullopt;
}

} // namespace

KeyWindow::KeyWindow(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec)
    : KeyWindow(parent, literal(range.lower, codec), literal(range.upper, codec))
{}

KeyWindow::KeyWindow(const catalog::Parent &parent, const std::optional<std::string> &lower,
                     const std::optional<std::string> &upper)
    : order_(parent)
{
    const ddl::FixedSettings settings;
    if (lower)
        lower_ = order_.parse(*lower);
    if (upper)
        upper_ = order_.parse(*upper);
}

} // namespace strata::moving
