#pragma once

#include "core/encoding.hpp"
#include "pg/postgres.hpp"

#include <memory>
#include <string>

namespace strata::catalog
{

// p_time_encoder and p_time_decoder: `schema.function` without quotes, or a function of the extension's schema.
struct TimeFunctions
{
    std::string encoder; // timestamptz -> text or uuid
    std::string decoder; // text -> timestamptz
};

// Times in a text or uuid column by functions that somebody has written.  They are looked up at each call and run
// as the table's owner, restricted, with the set's time zone and nothing but pg_catalog in search_path.
std::shared_ptr<const core::Encoding> custom_encoding(const TimeFunctions &functions, core::KeyType type, Oid owner,
                                                      const std::string &zone);

// Our own two functions, which need not be called.
bool are_uuidv7(const TimeFunctions &functions);

// For an error about whose these functions are.
inline constexpr const char *time_function_hint =
    "Who encodes and decodes the control column decides where rows go: use a function of the table's owner or of a "
    "superuser.";

} // namespace strata::catalog
