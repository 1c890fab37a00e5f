#include "features/setup_column.hpp"

#include "catalog/value_extent.hpp"
#include "core/error.hpp"
#include "features/checking.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

struct Found
{
    bool found = false;
    bool not_null = false;
    ControlColumn column;
};

Found find_column(Oid relation, const std::string &name)
{
    return pg::call([&] {
        Found found;
        HeapTuple tuple = SearchSysCacheAttName(relation, name.c_str());
        if (HeapTupleIsValid(tuple))
        {
            Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
            found = {form->attnum > 0, form->attnotnull, {form->attnum, form->atttypid, form->atttypmod}};
            ReleaseSysCache(tuple);
        }
        return found;
    });
}

ControlColumn check_control(const SetUpRequest &request, Oid table)
{
    std::string const control_of =
        "Control column given (" + request.control + ") for parent table (" + request.parent_table + ")";
    Found const found = find_column(table, request.control);
    if (!found.found)
        throw Error{ErrorKind::undefined_column, control_of + " does not exist",
                    "Table " + pg::qualified_name(table) + " has no column of that name.",
                    "Pass the column of the partition key, exactly as it was created and without quotes."};
    if (request.control_not_null && !found.not_null)
        throw Error{ErrorKind::not_null_violation, control_of + " must be set to NOT NULL",
                    "Rows without a value would all go to the default partition.",
                    "ALTER TABLE " + pg::qualified_name(table) + " ALTER COLUMN " +
                        pg::quote_ident(request.control) + " SET NOT NULL; or pass p_control_not_null => false."};
    return found.column;
}

void check_epoch(const SetUpRequest &request, const std::string &general, const std::string &type)
{
    if (request.epoch != "none" && general != "id")
        throw Error{ErrorKind::invalid_argument, "p_epoch can only be used with an integer based control column",
                    "Column \"" + request.control + "\" has type " + type + ".", "Leave p_epoch out."};
}

// As numeric's own code packs it; 0 where the column has no modifier.
int scale_of(int32 modifier)
{
    constexpr int sign = 0x400, mask = 0x7ff;
    if (modifier < static_cast<int32>(VARHDRSZ))
        return 0;
    return (((modifier - static_cast<int32>(VARHDRSZ)) & mask) ^ sign) - sign;
}

// No interval is a multiple of more.
constexpr int64_t largest_unit = INT64CONST(100000000000000000);

void check_strategy(const std::string &type)
{
    const std::string message = type + " is not a valid partitioning type for pg_partman";
    if (type == "partman")
        throw Error{ErrorKind::invalid_argument, message,
                    "Partitioning by triggers and inheritance was removed in version 5.",
                    "Create the table with PARTITION BY RANGE and leave p_type out."};
    if (type == "hash")
        throw Error{
            ErrorKind::invalid_argument, message,
            "The partitions of a table that is partitioned by hash neither follow each other nor grow old.",
            "For a table with PARTITION BY HASH pass p_modulus => the number of partitions, and no p_interval."};
    if (type != "range" && type != "list" && type != "native")
        throw Error{ErrorKind::invalid_argument, message, "p_type says how the table is partitioned.",
                    "Leave p_type out for a table partitioned by range."};
}

} // namespace

ControlColumn check_column(const SetUpRequest &request, Oid table)
{
    ControlColumn const column = check_control(request, table);
    std::string const type = pg::type_text(column.type);
    std::optional<std::string> const general = general_type(column.type);
    // A bytea may be a key with something else that says how to read it.
    if (!general && column.type != BYTEAOID)
        throw Error{
            ErrorKind::datatype_mismatch,
            "pg_partman only supports partitioning of data types that are integer, numeric, date/timestamp or "
            "specially encoded text. Supplied column is of type " +
                type,
            "Column \"" + request.control + "\" of table " + pg::qualified_name(table) + " has type " + type + ".",
            "Partition the table by a column of type timestamptz, timestamp, date, smallint, integer, "
            "bigint or numeric."};
    check_epoch(request, general.value_or(""), type);
    check_strategy(request.type);
    for (const std::string &constrained : request.constraint_cols)
        catalog::check_has_extent(table, constrained);
    return column;
}

void check_rounding(const SetUpRequest &request, const ControlColumn &column, const core::Step &step)
{
    auto const *number = std::get_if<core::NumberStep>(&step);
    if (column.type != NUMERICOID || number == nullptr)
        return;
    int64_t unit = 1;
    for (int scale = scale_of(column.modifier); scale < 0 && unit <= largest_unit; scale++)
        unit *= 10;
    if (number->width % unit == 0 && request.offset_id % unit == 0)
        return;
    throw Error{ErrorKind::invalid_argument,
                "column \"" + request.control + "\" holds multiples of " + std::to_string(unit) + " only",
                "The interval is " + std::to_string(number->width) + ", p_offset_id is " +
                    std::to_string(request.offset_id) + ".",
                "Pass an interval and an offset that are multiples of " + std::to_string(unit) + "."};
}

} // namespace strata
