#include "pg/spi.hpp"

#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

// Negative codes are misuse (no connection, transaction command, ...) and not reported by SPI as errors.
int checked(int code)
{
    if (code < 0)
        throw std::logic_error(std::string("SPI returned ") + SPI_result_code_string(code));
    return code;
}

void run(const std::string &sql, std::span<const Param> params, bool read_only)
{
    if (params.empty())
    {
        checked(call(SPI_execute, sql.c_str(), read_only, 0L));
        return;
    }
    std::vector<Oid> types;
    std::vector<Datum> values;
    std::string nulls;
    types.reserve(params.size());
    values.reserve(params.size());
    for (const Param &param : params)
    {
        types.push_back(param.type);
        values.push_back(param.value);
        nulls.push_back(param.null ? 'n' : ' ');
    }
    checked(call(SPI_execute_with_args, sql.c_str(), static_cast<int>(params.size()), types.data(), values.data(),
                 nulls.data(), read_only, 0L));
}

Rows run_query(const std::string &sql, std::span<const Param> params, bool read_only)
{
    run(sql, params, read_only);
    if (SPI_tuptable == nullptr)
        throw std::logic_error("statement returns no rows: " + sql);
    return Rows::take();
}

uint64_t run_statement(const std::string &sql, std::span<const Param> params)
{
    run(sql, params, false);
    uint64_t const processed = SPI_processed;
    call(SPI_freetuptable, SPI_tuptable);
    return processed;
}

void refuse_under_identity()
{
    if (InLocalUserIdChange() || InSecurityRestrictedOperation())
        throw std::logic_error("the transaction must not end under a changed identity");
}

} // namespace

Spi::Spi(bool nonatomic)
{
    checked(call(SPI_connect_ext, nonatomic ? SPI_OPT_NONATOMIC : 0));
}

Spi::~Spi()
{
    // After an error inside SPI the abort pops the connection, in its order; whether the transaction is another one
    // by now does not matter to SPI.
    if (!scope_.left_to_abort())
        SPI_finish();
}

Rows query(const std::string &sql, const std::vector<Param> &params, bool read_only)
{
    return run_query(sql, params, read_only);
}

Rows query(const std::string &sql, std::initializer_list<Param> params, bool read_only)
{
    return run_query(sql, {params.begin(), params.size()}, read_only);
}

uint64_t execute(const std::string &sql, const std::vector<Param> &params)
{
    return run_statement(sql, params);
}

uint64_t execute(const std::string &sql, std::initializer_list<Param> params)
{
    return run_statement(sql, {params.begin(), params.size()});
}

void utility(const std::string &sql)
{
    // Prepared first, so that anything but one utility statement is refused before it has done something.
    SPIPlanPtr const plan = call(SPI_prepare, sql.c_str(), 0, nullptr);
    if (plan == nullptr)
        checked(SPI_result);
    bool const is_utility = call([&] {
        List *sources = SPI_plan_get_plan_sources(plan);
        if (list_length(sources) != 1)
            return false;
        auto *source = static_cast<CachedPlanSource *>(linitial(sources));
        return list_length(source->query_list) == 1 &&
               static_cast<Query *>(linitial(source->query_list))->commandType == CMD_UTILITY;
    });
    if (!is_utility)
        throw std::logic_error("not one utility statement: " + sql);
    checked(call(SPI_execute_plan, plan, nullptr, nullptr, false, 0L));
    call(SPI_freetuptable, SPI_tuptable);
    checked(call(SPI_freeplan, plan));
}

void commit()
{
    refuse_under_identity();
    call(SPI_commit);
}

void rollback()
{
    refuse_under_identity();
    call(SPI_rollback);
}

} // namespace strata::pg
