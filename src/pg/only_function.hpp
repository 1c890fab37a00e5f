#pragma once

#include "pg/postgres.hpp"

#include <string>

namespace strata::pg
{

// SQL calls a function by its name, which may mean another one by the time when the statement is parsed: who owns
// the schema can put one of his own there, between a look at its owner and the call.  While this lives, a statement
// with just this text, SELECT ... FROM function(...), calls this function or fails (55006).
class OnlyFunction
{
public:
    OnlyFunction(Oid function, std::string statement);
    ~OnlyFunction();
    OnlyFunction(const OnlyFunction &) = delete;
    OnlyFunction &operator=(const OnlyFunction &) = delete;

private:
    template <class Jumble>
    static void look(ParseState *state, Query *query, Jumble *jumble);

    Oid function_;
    std::string statement_;
    OnlyFunction *outer_; // a function may do what calls others
};

} // namespace strata::pg
