#include "pg/error.hpp"

namespace strata::pg
{

int sqlstate_of(core::ErrorKind kind) noexcept
{
    using core::ErrorKind;
    switch (kind)
    {
    case ErrorKind::invalid_argument:
        return ERRCODE_INVALID_PARAMETER_VALUE;
    case ErrorKind::invalid_name:
        return ERRCODE_INVALID_NAME;
    case ErrorKind::undefined_table:
        return ERRCODE_UNDEFINED_TABLE;
    case ErrorKind::undefined_column:
        return ERRCODE_UNDEFINED_COLUMN;
    case ErrorKind::undefined_object:
        return ERRCODE_UNDEFINED_OBJECT;
    case ErrorKind::undefined_schema:
        return ERRCODE_UNDEFINED_SCHEMA;
    case ErrorKind::duplicate_object:
        return ERRCODE_DUPLICATE_OBJECT;
    case ErrorKind::duplicate_table:
        return ERRCODE_DUPLICATE_TABLE;
    case ErrorKind::wrong_object_type:
        return ERRCODE_WRONG_OBJECT_TYPE;
    case ErrorKind::invalid_definition:
        return ERRCODE_INVALID_OBJECT_DEFINITION;
    case ErrorKind::datatype_mismatch:
        return ERRCODE_DATATYPE_MISMATCH;
    case ErrorKind::not_null_violation:
        return ERRCODE_NOT_NULL_VIOLATION;
    case ErrorKind::foreign_key_violation:
        return ERRCODE_FOREIGN_KEY_VIOLATION;
    case ErrorKind::unique_violation:
        return ERRCODE_UNIQUE_VIOLATION;
    case ErrorKind::check_violation:
        return ERRCODE_CHECK_VIOLATION;
    case ErrorKind::insufficient_privilege:
        return ERRCODE_INSUFFICIENT_PRIVILEGE;
    case ErrorKind::read_only:
        return ERRCODE_READ_ONLY_SQL_TRANSACTION;
    case ErrorKind::invalid_transaction_state:
        return ERRCODE_ACTIVE_SQL_TRANSACTION;
    case ErrorKind::null_value_not_allowed:
        return ERRCODE_NULL_VALUE_NOT_ALLOWED;
    case ErrorKind::invalid_datetime:
        return ERRCODE_INVALID_DATETIME_FORMAT;
    case ErrorKind::out_of_range:
        return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
    case ErrorKind::datetime_out_of_range:
        return ERRCODE_DATETIME_VALUE_OUT_OF_RANGE;
    case ErrorKind::name_too_long:
        return ERRCODE_NAME_TOO_LONG;
    case ErrorKind::program_limit_exceeded:
        return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case ErrorKind::feature_not_supported:
        return ERRCODE_FEATURE_NOT_SUPPORTED;
    case ErrorKind::lock_not_available:
        return ERRCODE_LOCK_NOT_AVAILABLE;
    case ErrorKind::object_in_use:
        return ERRCODE_OBJECT_IN_USE;
    case ErrorKind::not_in_prerequisite_state:
        return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
    case ErrorKind::raise:
        return ERRCODE_RAISE_EXCEPTION;
    case ErrorKind::assert_failure:
        return ERRCODE_ASSERT_FAILURE;
    case ErrorKind::internal:
        break;
    }
    return ERRCODE_INTERNAL_ERROR;
}

std::string sqlstate_text(int packed)
{
    std::string text(5, '0');
    for (char &c : text)
    {
        c = static_cast<char>(PGUNSIXBIT(packed));
        packed >>= 6;
    }
    return text;
}

} // namespace strata::pg
