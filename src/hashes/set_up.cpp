#include "hashes/set_up.hpp"

#include "catalog/hash_partitions.hpp"
#include "catalog/partitions.hpp"
#include "catalog/stored_set.hpp"
#include "core/error.hpp"
#include "features/bounded_set_up.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "features/setup_request.hpp"
#include "features/template.hpp"
#include "hashes/making.hpp"
#include "hashes/remainder_set.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::hashes
{

namespace
{

using core::Error;
using core::ErrorKind;

std::int32_t modulus_for(const SetUpRequest &request, const catalog::Parent &parent,
                         const std::vector<core::HashBound> &present)
{
    if (!request.modulus && present.empty())
        throw Error{ErrorKind::invalid_argument, "p_modulus must be given for a table partitioned by hash",
                    "Table " + parent.quoted() + " has no partitions that would tell it.",
                    "Pass the number of partitions, such as p_modulus => 16."};
    std::int32_t largest = 1;
    for (const core::HashBound &bound : present)
        largest = std::max(largest, bound.modulus);
    const std::int32_t modulus = request.modulus.value_or(largest);
    core::check_modulus(modulus);
    for (const core::HashBound &bound : present)
        if (!core::fits(modulus, {bound}))
            throw Error{ErrorKind::invalid_definition,
                        "modulus " + std::to_string(modulus) + " does not fit the partitions of table \"" +
                            parent.text() + "\"",
                        "One of them is " + core::hash_text(bound) + ".",
                        "Of two moduli one must divide the other."};
    return modulus;
}

} // namespace

bool is_wanted(const SetUpRequest &request)
{
    // With an interval it is a call of the dialect, which knows no such sets and says so.
    if (request.type != "hash" || (request.interval && !request.modulus))
        return false;
    const Oid table = catalog::resolve_parent(request.parent_table);
    return catalog::read_parent(table).strategy == PARTITION_STRATEGY_HASH;
}

bool set_up(const SetUpRequest &request, const char *function)
{
    pg::refuse_read_only(function);
    const catalog::Parent parent = catalog::read_parent(catalog::resolve_parent(request.parent_table));
    check_names(request);
    catalog::check_owner(parent);
    refuse_managed(request, parent.oid);
    refuse_steps(request, "partitioned by hash");
    if (request.interval)
        throw Error{ErrorKind::invalid_argument, "p_interval cannot be used for a table partitioned by hash",
                    "Its partitions do not follow each other.", "Leave p_interval out; p_modulus says how many."};
    check_bounded_key(request, parent);
    catalog::StoredSet set = bounded_row(request, parent);
    set.partition_type = "hash";
    join_tree(set, parent);
    const std::vector<catalog::HashPartition> present = catalog::hash_partitions(parent);
    set.modulus = modulus_for(request, parent, catalog::bounds_of(present));
    if (set.name_template)
        core::check_hash_template(*set.name_template);
    std::vector<Oid> partitions;
    for (const catalog::HashPartition &partition : present)
        partitions.push_back(partition.oid);
    adopt_all(parent, partitions);
    set.template_table = provide_template(parent, request.template_table, partition_schema(set, parent));
    insert_joined(set, parent);
    const RemainderSet planned{set, false};
    std::vector<std::size_t> all(planned.creates().size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    planned.make(all, false);
    return true;
}

} // namespace strata::hashes
