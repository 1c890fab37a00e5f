// Values of partitions by list: add_list_partition, retire_list_value.
#include "core/error.hpp"
#include "lists/add.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/text.hpp"

using namespace strata;

STRATA_FUNCTION(strata_add_list_partition)
{
    auto values = pg::nullable_text_array_arg(fcinfo, 1);
    if (!values)
        throw core::Error{core::ErrorKind::invalid_argument,
                          "p_values must not be null",
                          {},
                          "Pass the values of the partition; ARRAY[NULL] is for rows without a value."};
    return pg::text_datum(
        lists::add_list_partition({.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                   .values = *std::move(values),
                                   .partition = pg::text_arg(fcinfo, 2)}));
}

STRATA_FUNCTION(strata_retire_list_value)
{
    return pg::text_datum(
        lists::retire_list_value({.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                  .value = pg::text_arg(fcinfo, 1),
                                  .keep_table = pg::bool_arg(fcinfo, 2)}));
}
