#pragma once

#include "catalog/parent.hpp"

#include <functional>
#include <string>
#include <vector>

namespace strata::ddl
{

// One utility statement, every name in it quoted and qualified.  What plan_maintenance() prints is what runs.
struct Statement
{
    std::string sql;
    bool privileged = false; // runs as the caller, not as the owner; never reaches code of the owner's

    bool proven = false; // see pg::add_proven_check()

    // Some names are chosen by the server while the statements before this one run.  Where that is so, sql has the
    // name that is expected, and this gives the text with the one that was chosen.
    std::function<std::string()> final_sql = {};
};

// Runs the statements one by one: the privileged ones as the caller, all others as the owner of `parent`.
void run(const catalog::Parent &parent, const std::vector<Statement> &statements);

// One that alters a partition, which may still belong to a former owner of the set (StatementScope).
void run_on_partition(const catalog::Parent &parent, Oid partition, const Statement &statement);

} // namespace strata::ddl
