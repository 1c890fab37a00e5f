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

// The function of that name with one argument of that type, InvalidOid when there is none; and an error (42501)
// unless it belongs to the table's owner, the extension's owner or a superuser: others could change what it does.
Oid find_time_function(const std::string &name, Oid argument);
void check_time_function(Oid function, const std::string &name, Oid table_owner);

} // namespace strata::catalog
