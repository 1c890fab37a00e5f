#include "lists/set_up.hpp"

#include "catalog/partitions.hpp"
#include "catalog/stored_set.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "core/partition_name.hpp"
#include "ddl/owner_scope.hpp"
#include "features/bounded_partition.hpp"
#include "features/bounded_set_up.hpp"
#include "features/create_partitions.hpp"
#include "features/levels.hpp"
#include "features/setup_request.hpp"
#include "features/template.hpp"
#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

using core::Error;
using core::ErrorKind;

void check_list(const SetUpRequest &request, const catalog::Parent &parent)
{
    if (parent.strategy != PARTITION_STRATEGY_LIST)
        throw Error{ErrorKind::wrong_object_type,
                    "table \"" + parent.text() + "\" is partitioned by " +
                        (parent.strategy == PARTITION_STRATEGY_RANGE ? "range" : "hash") + ", not by list",
                    "p_type must be the strategy that the table was created with.",
                    "Its partition key is " + parent.key_text() + "."};
    check_bounded_key(request, parent);
    if (request.control_not_null && !parent.key_not_null)
        throw Error{ErrorKind::not_null_violation,
                    "Control column given (" + request.control + ") for parent table (" + request.parent_table +
                        ") must be set to NOT NULL",
                    "Rows without a value would all go to the default partition or to one that lists NULL.",
                    "ALTER TABLE " + parent.quoted() + " ALTER COLUMN " + pg::quote_ident(request.control) +
                        " SET NOT NULL; or pass p_control_not_null => false."};
}

catalog::StoredSet row_for(const SetUpRequest &request, const catalog::Parent &parent)
{
    catalog::StoredSet set = bounded_row(request, parent);
    set.partition_type = "list";
    set.list_mode = "values";
    if (set.name_template)
        (void) core::ValueTemplate::parse(*set.name_template);
    return set;
}

std::vector<Oid> present(const catalog::Parent &parent)
{
    locks::Glance const glance{parent.oid, locks::budget(std::nullopt, std::nullopt)};
    ddl::FixedSettings const settings;
    catalog::ValueBook const book{parent};
    std::vector<Oid> partitions = book.oids();
    if (OidIsValid(book.default_partition()))
        partitions.push_back(book.default_partition());
    return partitions;
}

} // namespace

bool is_wanted(const SetUpRequest &request)
{
    return request.type == "list" && !request.interval;
}

void check(const SetUpRequest &request, const catalog::Parent &parent)
{
    check_names(request);
    catalog::check_owner(parent);
    refuse_managed(request, parent.oid);
    refuse_steps(request, "partitioned by lists of values", "pass p_interval => '1' for a number that counts on");
    check_list(request, parent);
    (void) row_for(request, parent);
}

bool set_up(const SetUpRequest &request, const char *function)
{
    pg::refuse_read_only(function);
    catalog::Parent const parent = catalog::read_parent(catalog::resolve_parent(request.parent_table));
    check(request, parent);
    catalog::StoredSet set = row_for(request, parent);
    join_tree(set, parent);
    adopt_all(parent, present(parent));
    set.template_table = provide_template(parent, request.template_table, partition_schema(set, parent));
    insert_joined(set, parent);
    if (!request.default_table || OidIsValid(parent.default_partition))
        return true;
    catalog::NamesInSchema const names = names_for(set, parent);
    std::string const name = core::free_name(core::default_partition_name(parent.name),
                                             [&](std::string_view taken) { return names.taken(taken); });
    make_bounded({parent, set}, {{{partition_schema(set, parent), name}, "DEFAULT"}});
    return true;
}

} // namespace strata::lists
