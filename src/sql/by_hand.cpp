// Single partitions by hand: add_range_partition, add_hash_partition, add_default_partition,
// drop_default_partition, drop_partition.
#include "features/by_hand.hpp"
#include "core/error.hpp"
#include "hashes/add.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"
#include "pg/text.hpp"
#include "worker/shared_state.hpp"
#include "worker/status.hpp"
#include "worker/transaction_end.hpp"

using namespace strata;

STRATA_FUNCTION(strata_add_range_partition)
{
    return pg::text_datum(add_range_partition({.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                               .from = pg::required_text_arg(fcinfo, 1, "p_from"),
                                               .to = pg::required_text_arg(fcinfo, 2, "p_to"),
                                               .partition = pg::text_arg(fcinfo, 3)}));
}

STRATA_FUNCTION(strata_add_default_partition)
{
    return pg::text_datum(add_default_partition(pg::required_text_arg(fcinfo, 0, "p_parent_table")));
}

STRATA_FUNCTION(strata_drop_default_partition)
{
    return BoolGetDatum(drop_default_partition(pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                               pg::bool_arg(fcinfo, 1).value_or(false)));
}

STRATA_FUNCTION(strata_drop_partition)
{
    const DropRequest request{.partition = pg::required_text_arg(fcinfo, 0, "p_partition"),
                              .keep_table = pg::bool_arg(fcinfo, 1).value_or(false),
                              .concurrently = pg::bool_arg(fcinfo, 2).value_or(false),
                              .worker_alive = worker::is_running(MyDatabaseId)};
    const bool done = drop_partition(request);
    if (request.concurrently)
        worker::wake_at_commit(worker::reread);
    return BoolGetDatum(done);
}

STRATA_FUNCTION(strata_add_hash_partition)
{
    const auto number = [&](int place, const char *name) {
        const auto value = pg::int4_arg(fcinfo, place);
        if (!value)
            throw core::Error{core::ErrorKind::invalid_argument, std::string(name) + " must not be null"};
        return *value;
    };
    return pg::text_datum(
        hashes::add_hash_partition({.parent_table = pg::required_text_arg(fcinfo, 0, "p_parent_table"),
                                    .modulus = number(1, "p_modulus"),
                                    .remainder = number(2, "p_remainder"),
                                    .partition = pg::text_arg(fcinfo, 3)}));
}
