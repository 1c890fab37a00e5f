#include "features/bounded_level.hpp"

#include "core/error.hpp"
#include "core/hash_layout.hpp"
#include "core/value_list.hpp"
#include "features/bounded_set_up.hpp"
#include "features/key_text.hpp"
#include "features/setup_request.hpp"
#include "pg/guard.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

using core::Error;
using core::ErrorKind;

void check_column(const SetUpRequest &request, const catalog::Parent &below, Oid access_method)
{
    if (below.key_attno <= 0)
        throw Error{ErrorKind::undefined_column,
                    "column \"" + request.control + "\" of table \"" + request.parent_table + "\" does not exist",
                    "p_control names the column by which the partitions are partitioned.",
                    "Write it as it was created, without quotes."};
    if (!OidIsValid(pg::call(GetDefaultOpClass, below.key_type, access_method)))
        throw Error{ErrorKind::datatype_mismatch,
                    "column \"" + request.control + "\" cannot be the key of sub-partitions by " + request.type,
                    "Values of type " + pg::type_text(below.key_type) + " cannot be " +
                        (access_method == HASH_AM_OID ? "hashed." : "compared."),
                    "Pass another column."};
}

// Returns the values as every session reads them.
std::vector<std::string> checked_values(const SetUpRequest &request, const std::vector<std::string> &values,
                                        const catalog::Parent &below)
{
    if (request.control_not_null && !below.key_not_null)
        throw Error{ErrorKind::not_null_violation,
                    "Control column given (" + request.control + ") for parent table (" + request.parent_table +
                        ") must be set to NOT NULL",
                    "Rows without a value would all go to the default partition or to one that lists NULL.",
                    "Set it NOT NULL, or pass p_control_not_null => false."};
    std::vector<std::string> texts;
    for (const std::string &value : values)
    {
        texts.push_back(key_text(below, value));
        if (std::find(texts.begin(), std::prev(texts.end()), texts.back()) != std::prev(texts.end()))
            throw Error{ErrorKind::invalid_argument, "value " + core::value_text(texts.back()) + " is given twice",
                        "p_values names the values that new sub-partition sets begin with.",
                        "Name each value once."};
    }
    const std::int32_t most = core::ValueListConfig{}.max_partitions;
    if (values.size() > static_cast<std::size_t>(most))
        throw Error{ErrorKind::out_of_range, "p_values names more than " + std::to_string(most) + " values",
                    "It has " + std::to_string(values.size()) +
                        ", and each of them becomes a table in each partition.",
                    "Pass p_type => 'hash' and p_modulus for as many values."};
    return texts;
}

} // namespace

bool is_bounded_level(const SetUpRequest &request)
{
    return request.type == "hash" ? request.modulus || !request.interval
                                  : request.type == "list" && !request.interval;
}

void refuse_values(const std::vector<std::string> &values)
{
    if (!values.empty())
        throw Error{ErrorKind::invalid_argument, "p_values is for sub-partitions by lists of values",
                    "Other partitions are not made for single values.",
                    "Leave p_values out, or pass p_type => 'list' without p_interval."};
}

std::vector<std::string> check_bounded_level(const SetUpRequest &request, const std::vector<std::string> &values,
                                             const catalog::Parent &above)
{
    check_names(request);
    const bool hash = request.type == "hash";
    refuse_steps(request, hash ? "partitioned by hash" : "partitioned by lists of values");
    if (request.interval)
        throw Error{ErrorKind::invalid_argument, "p_interval cannot be used for sub-partitions by hash",
                    "They do not follow each other.", "Leave p_interval out; p_modulus says how many."};
    const catalog::Parent below = catalog::as_partitioned_by(
        above, request.control, hash ? PARTITION_STRATEGY_HASH : PARTITION_STRATEGY_LIST);
    check_column(request, below, hash ? HASH_AM_OID : BTREE_AM_OID);
    if (!hash && request.modulus)
        throw Error{ErrorKind::invalid_argument, "p_modulus is for sub-partitions by hash",
                    "p_type is " + request.type + ".", "Leave p_modulus out, or pass p_type => 'hash'."};
    if (!hash)
        return checked_values(request, values, below);
    refuse_values(values);
    if (!request.modulus)
        throw Error{ErrorKind::invalid_argument, "p_modulus must be given for sub-partitions by hash",
                    "It is the number of partitions that each partition gets.",
                    "Pass one, such as p_modulus => 16."};
    core::check_modulus(*request.modulus);
    return {};
}

} // namespace strata
