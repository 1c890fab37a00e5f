#pragma once

#include <exception>
#include <string>
#include <utility>

namespace strata::core
{

// What went wrong, in terms of the caller; the boundary maps each kind to its SQLSTATE (src/pg/sqlstate.cpp).
enum class ErrorKind
{
    invalid_argument,          // 22023
    invalid_name,              // 42602
    undefined_table,           // 42P01
    undefined_column,          // 42703
    undefined_object,          // 42704
    undefined_schema,          // 3F000
    duplicate_object,          // 42710
    duplicate_table,           // 42P07
    wrong_object_type,         // 42809
    invalid_definition,        // 42P17
    datatype_mismatch,         // 42804
    not_null_violation,        // 23502
    foreign_key_violation,     // 23503
    unique_violation,          // 23505
    check_violation,           // 23514
    insufficient_privilege,    // 42501
    read_only,                 // 25006
    invalid_transaction_state, // 25001
    null_value_not_allowed,    // 22004
    invalid_datetime,          // 22007
    out_of_range,              // 22003
    datetime_out_of_range,     // 22008
    name_too_long,             // 42622
    feature_not_supported,     // 0A000
    lock_not_available,        // 55P03
    object_in_use,             // 55006
    not_in_prerequisite_state, // 55000
    program_limit_exceeded,    // 54000
    raise,                     // P0001
    assert_failure,            // P0004
    internal,                  // XX000: a bug of ours
};

// The only exception that the core throws, and what the shell throws at a user.  Message, detail and hint follow
// PostgreSQL's message style; detail and hint may be empty.
class Error : public std::exception
{
public:
    Error(ErrorKind kind, std::string message, std::string detail = {}, std::string hint = {})
        : kind_(kind), message_(std::move(message)), detail_(std::move(detail)), hint_(std::move(hint))
    {}

    const char *what() const noexcept override { return message_.c_str(); }
    ErrorKind kind() const noexcept { return kind_; }
    const std::string &message() const noexcept { return message_; }
    const std::string &detail() const noexcept { return detail_; }
    const std::string &hint() const noexcept { return hint_; }

private:
    ErrorKind kind_;
    std::string message_;
    std::string detail_;
    std::string hint_;
};

} // namespace strata::core
