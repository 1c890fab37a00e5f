#include "features/setup_request.hpp"

#include "catalog/bounds_function.hpp"
#include "catalog/set_key.hpp"
#include "catalog/zone.hpp"
#include "core/epoch.hpp"
#include "core/error.hpp"
#include "features/setup_column.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

bool is_type(const std::string &text)
{
    return text == "range" || text == "list" || text == "hash" || text == "native" || text == "partman";
}

const char *strategy_name(char strategy)
{
    switch (strategy)
    {
    case PARTITION_STRATEGY_RANGE:
        return "range";
    case PARTITION_STRATEGY_LIST:
        return "list";
    default:
        return "hash";
    }
}

void check_type(const SetUpRequest &request, const catalog::Parent &parent)
{
    if (parent.strategy == PARTITION_STRATEGY_HASH)
        throw Error{ErrorKind::wrong_object_type,
                    "You must have created the given parent table as ranged or list partitioned already: " +
                        parent.text(),
                    "Table " + parent.quoted() + " is partitioned by hash.",
                    "Pass p_type => 'hash' and p_modulus => the number of partitions."};
    std::string const actual = strategy_name(parent.strategy);
    if (request.type != "native" && request.type != actual)
        throw Error{ErrorKind::wrong_object_type,
                    "table \"" + parent.text() + "\" is partitioned by " + actual + ", not by " + request.type,
                    "p_type must be the strategy that the table was created with.",
                    "Pass p_type => '" + actual + "'."};
    bool const list_of_ids =
        parent.strategy == PARTITION_STRATEGY_LIST && core::axis_of(*parent.key) == core::Axis::number;
    if (parent.strategy != PARTITION_STRATEGY_RANGE && !list_of_ids)
        throw Error{
            ErrorKind::feature_not_supported,
            "cannot manage table \"" + parent.text() + "\", which is partitioned by " + actual,
            "Only tables with PARTITION BY RANGE are managed, and with PARTITION BY LIST if the control column "
            "is a number.",
            "Create the table with PARTITION BY RANGE (column)."};
}

void check_control(const SetUpRequest &request, const catalog::Parent &parent)
{
    ControlColumn const column = check_column(request, parent.oid);
    // The type is looked at before the key, as in the dialect; of a key by expression the columns do not matter.
    if (column.attno != parent.key_attno)
        throw Error{ErrorKind::invalid_definition,
                    "Control column and type given in arguments (" + request.control + ", " +
                        pg::type_text(column.type) +
                        ") does not match the control column and type of the given partition set (" +
                        (parent.key_attno == 0 ? "an expression"
                                               : parent.key_column + ", " + pg::type_text(parent.key_type)) +
                        ")",
                    "Table " + parent.quoted() + " has the partition key " + parent.key_text() + ".",
                    parent.key_attno == 0 ? "Partition the table by a plain column."
                                          : "Pass p_control => " + pg::quote_literal(parent.key_column) + "."};
    if (!catalog::key_type_of(parent.key_type) || (parent.key_type == BYTEAOID && !request.codec))
        throw Error{
            ErrorKind::datatype_mismatch,
            "pg_partman only supports partitioning of data types that are integer, numeric, date/timestamp or "
            "specially encoded text. Supplied column is of type " +
                pg::type_text(column.type),
            "Column \"" + request.control + "\" of table " + parent.quoted() + " has type " +
                pg::type_text(column.type) + ".",
            "Partition the table by a column of type timestamptz, timestamp, date, smallint, integer, "
            "bigint, numeric, uuid or text, or of bytea with a codec."};
    if (parent.expression_key)
        throw Error{ErrorKind::feature_not_supported,
                    "cannot manage table \"" + parent.text() + "\", whose partition key contains an expression",
                    "The partition key is " + parent.key_text() + ".", "Partition the table by plain columns."};
}

void check_epoch(const SetUpRequest &request, const catalog::Parent &parent)
{
    if (request.epoch == "none")
        return;
    if (core::axis_of(*catalog::key_type_of(parent.key_type)) != core::Axis::number)
        throw Error{ErrorKind::invalid_argument, "p_epoch can only be used with an integer based control column",
                    "Column \"" + request.control + "\" has type " + pg::type_text(parent.key_type) + ".",
                    "Leave p_epoch out."};
    if (!core::parse_epoch(request.epoch))
        throw Error{ErrorKind::invalid_argument,
                    "p_epoch must be 'none', 'seconds', 'milliseconds', 'microseconds' or 'nanoseconds'",
                    "Value is '" + request.epoch + "'.",
                    "Pass what the numbers in the control column count since 1970."};
}

void check_encoders(const SetUpRequest &request, const catalog::Parent &parent)
{
    const core::KeyType type = *catalog::key_type_of(parent.key_type);
    const bool encodable = type == core::KeyType::text || type == core::KeyType::uuid;
    const bool one = request.time_encoder || request.time_decoder;
    const bool both = request.time_encoder && request.time_decoder;
    if (encodable && !both && (one || (type == core::KeyType::text && !request.codec)))
        throw Error{ErrorKind::invalid_argument,
                    "p_time_encoder and p_time_decoder needs to be set for text/uuid type control column",
                    "Column \"" + request.control + "\" has type " + pg::type_text(parent.key_type) + ".",
                    "Pass the names of two functions, or a codec as p_codec."};
    if (!encodable && one)
        throw Error{ErrorKind::invalid_argument,
                    "p_time_encoder and p_time_decoder can only be used with text/uuid type control column",
                    "Column \"" + request.control + "\" has type " + pg::type_text(parent.key_type) + ".",
                    "Leave both arguments out."};
    if (request.codec && (one || request.epoch != "none"))
        throw Error{ErrorKind::invalid_argument,
                    "p_codec cannot be combined with p_epoch, p_time_encoder and p_time_decoder",
                    "Each of them says how the control column holds times.", "Pass one of them only."};
}

// What says where a step begins has no meaning where there is none.
void check_bounds_function(const SetUpRequest &request, const catalog::Parent &parent)
{
    if (!request.bounds_function)
        return;
    if (parent.strategy != PARTITION_STRATEGY_RANGE)
        throw Error{ErrorKind::invalid_argument, "p_bounds_function is for tables partitioned by range",
                    "Table " + parent.quoted() + " is partitioned by " + strategy_name(parent.strategy) + ".",
                    "Leave it out."};
    if (request.date_trunc || request.offset_id != 0)
        throw Error{ErrorKind::invalid_argument,
                    std::string("p_bounds_function cannot be combined with ") +
                        (request.date_trunc ? "p_date_trunc_interval" : "p_offset_id"),
                    "Each of them says where the bounds are.", "Pass one of them only."};
    catalog::check_bounds_function(*request.bounds_function, *parent.key, parent);
}

} // namespace

void modernize(SetUpRequest &request)
{
    if (request.interval && is_type(*request.interval) && !is_type(request.type))
        std::swap(*request.interval, request.type);
}

void check_names(const SetUpRequest &request)
{
    if (request.automatic_maintenance != "on" && request.automatic_maintenance != "off")
        throw Error{ErrorKind::invalid_argument, "p_automatic_maintenance must be 'on' or 'off'",
                    "Value is '" + request.automatic_maintenance + "'.",
                    "Pass 'on' to have the set maintained by the worker and by run_maintenance() without a table."};
    if (std::find(request.constraint_cols.begin(), request.constraint_cols.end(), request.control) !=
        request.constraint_cols.end())
        throw Error{ErrorKind::invalid_argument,
                    "p_constraint_cols must not contain the control column \"" + request.control + "\"",
                    "The bounds of a partition say already which values it holds.", "Name other columns only."};
    if (request.partition_schema && !OidIsValid(pg::find_schema(*request.partition_schema)))
        throw Error{ErrorKind::undefined_schema, "schema \"" + *request.partition_schema + "\" does not exist",
                    "p_partition_schema names the schema that partitions are made in.", "Create it first."};
}

void give_key(const SetUpRequest &request, catalog::Parent &parent)
{
    check_epoch(request, parent);
    check_encoders(request, parent);
    catalog::StoredSet words;
    words.parent_table = request.parent_table;
    words.control = request.control;
    words.epoch = request.epoch;
    words.codec = request.codec;
    words.time_encoder = request.time_encoder;
    words.time_decoder = request.time_decoder;
    words.time_zone = request.time_zone ? *request.time_zone : catalog::session_zone();
    parent.key = catalog::checked_key(words, parent);
}

void check_table(const SetUpRequest &request, catalog::Parent &parent)
{
    if (parent.persistence == RELPERSISTENCE_TEMP)
        throw Error{ErrorKind::feature_not_supported, "cannot manage temporary table \"" + parent.name + "\"",
                    "Maintenance runs in other sessions, which cannot reach it.", "Create a permanent table."};
    check_control(request, parent);
    give_key(request, parent);
    check_type(request, parent);
    if (!request.interval)
        throw Error{ErrorKind::invalid_argument, "p_interval must be given for a table partitioned by range",
                    "It is the width of one partition.",
                    "Pass an interval such as '1 month', or a number for ids."};
    check_bounds_function(request, parent);
    if (request.time_zone && !core::is_time(core::axis_of(*parent.key)))
        throw Error{ErrorKind::invalid_argument, "p_time_zone can only be used with a time based control column",
                    "Column \"" + request.control + "\" has type " + pg::type_text(parent.key_type) + ".",
                    "Leave p_time_zone out."};
}

} // namespace strata
