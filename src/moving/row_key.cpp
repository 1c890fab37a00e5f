#include "moving/row_key.hpp"

#include "ddl/create.hpp"
#include "pg/guard.hpp"

namespace strata::moving
{

RowKey::RowKey(const catalog::Parent &parent, Oid shape)
    : control_(pg::call(get_attnum, shape, parent.key_column.c_str()))
{
    for (const std::string &column : ddl::further_key_columns(parent))
        further_.push_back(pg::call(get_attnum, shape, column.c_str()));
}

} // namespace strata::moving
