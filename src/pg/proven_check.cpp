#include "pg/proven_check.hpp"

#include "pg/guard.hpp"
#include "pg/postgres.hpp"
#include "pg/snapshot.hpp"

namespace strata::pg
{

namespace
{

// The grammar has no way to say it.
Node *parse(const char *text)
{
    List *parsed = raw_parser(text, RAW_PARSE_DEFAULT);
    Node *statement = linitial_node(RawStmt, parsed)->stmt;
    auto *command = linitial_node(AlterTableCmd, castNode(AlterTableStmt, statement)->cmds);
    auto *constraint = castNode(Constraint, command->def);
    if (list_length(parsed) != 1 || command->subtype != AT_AddConstraint || constraint->contype != CONSTR_CHECK ||
        !constraint->skip_validation)
        ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("not the statement of a check: %s", text));
    constraint->initially_valid = true;
    return statement;
}

} // namespace

void add_proven_check(const std::string &statement)
{
    ActiveSnapshot const snapshot;
    const char *text = statement.c_str();
    call([text] {
        PlannedStmt *planned = makeNode(PlannedStmt);
        planned->commandType = CMD_UTILITY;
        planned->utilityStmt = parse(text);
        planned->stmt_location = -1;
        ProcessUtility(planned, text, false, PROCESS_UTILITY_QUERY, nullptr, nullptr, None_Receiver, nullptr);
        CommandCounterIncrement();
    });
}

} // namespace strata::pg
