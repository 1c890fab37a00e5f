#include "pg/saved_plan.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

// Never destroyed: that would happen in exit(), after PostgreSQL has freed the plans.
std::unordered_map<std::string, SPIPlanPtr> &plans()
{
    static auto &map = *new std::unordered_map<std::string, SPIPlanPtr>;
    return map;
}

SPIPlanPtr plan_of(const std::string &sql, std::vector<Oid> &types)
{
    const auto found = plans().find(sql);
    if (found != plans().end())
        return found->second;
    // The parameters are arrays of any length; planning for their values would gain nothing.
    SPIPlanPtr const plan = call(SPI_prepare_cursor, sql.c_str(), static_cast<int>(types.size()), types.data(),
                                 CURSOR_OPT_GENERIC_PLAN);
    if (plan == nullptr || call(SPI_keepplan, plan) != 0)
        throw std::logic_error("statement could not be prepared: " + sql);
    plans().emplace(sql, plan);
    return plan;
}

} // namespace

uint64_t execute_saved(const std::string &sql, const std::vector<Param> &params)
{
    std::vector<Oid> types;
    std::vector<Datum> values;
    std::string nulls;
    for (const Param &param : params)
    {
        types.push_back(param.type);
        values.push_back(param.value);
        nulls.push_back(param.null ? 'n' : ' ');
    }
    SPIPlanPtr const plan = plan_of(sql, types);
    int const code = call(SPI_execute_plan, plan, values.data(), nulls.c_str(), false, 0L);
    if (code < 0)
        throw std::logic_error(std::string("SPI returned ") + SPI_result_code_string(code));
    uint64_t const processed = SPI_processed;
    call(SPI_freetuptable, SPI_tuptable);
    return processed;
}

} // namespace strata::pg
