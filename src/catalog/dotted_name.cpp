#include "catalog/dotted_name.hpp"

#include "core/naming.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

Oid find_dotted(std::string_view text)
{
    const auto dot = text.find('.');
    if (dot == std::string_view::npos)
        return InvalidOid;
    return pg::find_relation(core::cut_utf8(text.substr(0, dot), core::max_name_bytes),
                             core::cut_utf8(text.substr(dot + 1), core::max_name_bytes));
}

} // namespace strata::catalog
