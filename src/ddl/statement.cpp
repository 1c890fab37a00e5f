#include "ddl/statement.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/proven_check.hpp"
#include "pg/spi.hpp"

namespace strata::ddl
{

namespace
{

void run_one(const Statement &statement)
{
    if (statement.proven)
        pg::add_proven_check(statement.sql);
    else
        pg::utility(statement.final_sql ? statement.final_sql() : statement.sql);
}

} // namespace

void run(const catalog::Parent &parent, const std::vector<Statement> &statements)
{
    pg::Spi const spi;
    for (auto next = statements.begin(); next != statements.end();)
    {
        bool const privileged = next->privileged;
        auto const same = [privileged](const Statement &statement) { return statement.privileged == privileged; };
        auto const end = std::find_if_not(next, statements.end(), same);
        if (privileged)
        {
            ShardScope const shards{parent.oid};
            FixedSettings const settings;
            std::for_each(next, end, run_one);
        }
        else
        {
            StatementScope const owner{parent};
            std::for_each(next, end, run_one);
        }
        next = end;
    }
}

void run_on_partition(const catalog::Parent &parent, Oid partition, const Statement &statement)
{
    pg::Spi const spi;
    StatementScope const owner{parent, partition};
    run_one(statement);
}

} // namespace strata::ddl
