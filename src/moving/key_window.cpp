#include "moving/key_window.hpp"

#include "ddl/owner_scope.hpp"

namespace strata::moving
{

KeyWindow::KeyWindow(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec)
    : order_(parent)
{
    const ddl::FixedSettings settings;
    if (range.lower.finite())
        lower_ = order_.parse(codec.literal(range.lower.value));
    if (range.upper.finite())
        upper_ = order_.parse(codec.literal(range.upper.value));
}

} // namespace strata::moving
