#include "pg/only_function.hpp"

namespace strata::pg
{

namespace
{

OnlyFunction *innermost = nullptr;

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
    OnlyFunction *const only = innermost;
    if (only->next_ != nullptr)
        only->next_(state, query, jumble);
    if (state->p_sourcetext != nullptr && only->statement_ == state->p_sourcetext && !calls(query, only->function_))
        ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE), errmsg("the function has changed meanwhile"),
                        errdetail("Its name does not mean the one any more whose owner was looked at."),
                        errhint("Try again.")));
}

OnlyFunction::OnlyFunction(Oid function, std::string statement)
    : function_(function), statement_(std::move(statement)), outer_(innermost),
      next_(outer_ == nullptr ? post_parse_analyze_hook : outer_->next_)
{
    innermost = this;
    post_parse_analyze_hook = look;
}

OnlyFunction::~OnlyFunction()
{
    innermost = outer_;
    if (outer_ == nullptr)
        post_parse_analyze_hook = next_;
}

} // namespace strata::pg
