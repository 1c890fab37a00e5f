#include "pg/only_function.hpp"

namespace strata::pg
{

namespace
{

OnlyFunction *innermost = nullptr;

// Whoever comes meanwhile, as by LOAD in the function, calls ours from his: then it stays where it is.
bool installed = false;
post_parse_analyze_hook_type next = nullptr;

bool calls(const Query *query, Oid function)
{
    ListCell *cell = nullptr;
    foreach (cell, query->rtable)
    {
        const auto *entry = lfirst_node(RangeTblEntry, cell);
        if (entry->rtekind != RTE_FUNCTION || list_length(entry->functions) != 1)
            return false;
        const Node *called = linitial_node(RangeTblFunction, entry->functions)->funcexpr;
        if (!IsA(called, FuncExpr) || reinterpret_cast<const FuncExpr *>(called)->funcid != function)
            return false;
    }
    return query->rtable != nullptr;
}

} // namespace

// Also when a plan is made anew, since something has changed.  What is parsed is called by oid from here on.
template <class Jumble>
void OnlyFunction::look(ParseState *state, Query *query, Jumble *jumble)
{
    if (next != nullptr)
        next(state, query, jumble);
    const OnlyFunction *const only = innermost;
    if (only != nullptr && state->p_sourcetext != nullptr && only->statement_ == state->p_sourcetext &&
        !calls(query, only->function_))
        ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE), errmsg("the function has changed meanwhile"),
                        errdetail("Its name does not mean the one any more whose owner was looked at."),
                        errhint("Try again.")));
}

OnlyFunction::OnlyFunction(Oid function, std::string statement)
    : function_(function), statement_(std::move(statement)), outer_(innermost)
{
    innermost = this;
    if (installed)
        return;
    next = post_parse_analyze_hook;
    post_parse_analyze_hook = look;
    installed = true;
}

OnlyFunction::~OnlyFunction()
{
    innermost = outer_;
    if (outer_ != nullptr || post_parse_analyze_hook != post_parse_analyze_hook_type{look})
        return;
    post_parse_analyze_hook = next;
    installed = false;
}

} // namespace strata::pg
