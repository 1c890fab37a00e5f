#pragma once

#include "pg/postgres.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

// Functions that part_config names: `schema.function` without quotes, split at the first dot, or a function of the
// extension's schema.
struct FunctionName
{
    explicit FunctionName(const std::string &dotted);

    std::string quoted() const; // for SQL

    Oid schema = InvalidOid; // when there is no such schema
    std::string name;
};

// A function that may be called by its name, with its arguments, in the FROM of a statement.
struct FunctionCall
{
    Oid function;
    std::string sql;
};

// Runs SELECT `columns` FROM the call, `rest`: of this function, whatever its name means by then.  Needs a live
// Spi.
pg::Rows select_from(const FunctionCall &call, const std::string &columns, const std::string &rest,
                     const std::vector<pg::Param> &arguments, bool read_only);

// The function of that name with exactly these types of arguments, InvalidOid when there is none.
Oid find_function(const std::string &name, const std::vector<Oid> &arguments);

// An error (42501), with this hint, unless the function belongs to the table's owner, the extension's owner or a
// superuser: others could change what it does.
void check_function_owner(Oid function, const std::string &name, Oid table_owner, const std::string &hint);

} // namespace strata::catalog
