#include "lists/manage.hpp"

#include "catalog/partitions.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/adopting.hpp"
#include "lists/set_up.hpp"
#include "locks/glance.hpp"
#include "pg/guard.hpp"
#include "pg/read_only.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

bool counts_on(const catalog::Parent &parent)
{
    if (!parent.key || core::axis_of(*parent.key) != core::Axis::number)
        return false;
    try
    {
        locks::Glance const glance{parent.oid, locks::budget(std::nullopt, std::nullopt)};
        (void) catalog::read_partitions(parent);
        return true;
    }
    catch (const core::Error &error)
    {
        // Partitions of several values, with holes between them or with NULL.
        if (error.kind() != core::ErrorKind::feature_not_supported)
            throw;
        return false;
    }
}

SetUpRequest set_up_request(const AdoptRequest &request, const catalog::Parent &parent)
{
    if (request.retention)
        throw core::Error{core::ErrorKind::invalid_argument, "partitions that list values have no retention",
                          "Values do not grow old.",
                          "Leave p_retention out; partman.retire_list_value() retires a value."};
    SetUpRequest wanted;
    wanted.parent_table = request.parent_table;
    wanted.control = request.control.value_or(parent.key_column);
    wanted.type = "list";
    wanted.epoch = request.epoch;
    wanted.codec = request.codec;
    wanted.premake = request.premake;
    wanted.automatic_maintenance = request.automatic_maintenance;
    wanted.time_zone = request.time_zone;
    wanted.name_template = request.name_template;
    wanted.default_table = request.default_table;
    // As manage() has it: none unless one is named.
    wanted.template_table = request.template_table.value_or("false");
    wanted.control_not_null = false; // the table has lived with it
    return wanted;
}

std::vector<AdoptionRow> report(const SetUpRequest &wanted, const catalog::Parent &parent)
{
    BriefWaits const brief;
    ddl::FixedSettings const settings;
    catalog::ValueBook const book{parent};
    std::vector<AdoptionRow> rows;
    rows.push_back({"setting", "control", wanted.control, "the partition key is " + parent.key_text()});
    rows.push_back({"setting", "list_mode", "values", "each partition lists values of its own"});
    rows.push_back({"setting", "name_template", wanted.name_template,
                    wanted.name_template ? "given" : "new partitions are called <table>_p<value>"});
    rows.push_back({"partition", std::nullopt, std::to_string(book.partitions().size()),
                    "partitions are taken over as they are"});
    if (OidIsValid(book.default_partition()))
        rows.push_back({"default", pg::qualified_name(book.default_partition()), std::nullopt,
                        catalog::has_rows(book.default_partition())
                            ? "has rows: maintenance makes partitions for their values"
                            : "has no rows"});
    else
        rows.push_back(
            {"default", std::nullopt, std::nullopt, "there is none: rows that fit no partition are refused"});
    return rows;
}

catalog::Parent find(const AdoptRequest &request)
{
    return catalog::read_parent(catalog::resolve_parent(request.parent_table));
}

} // namespace

bool is_wanted(const AdoptRequest &request)
{
    if (request.interval)
        return false;
    catalog::Parent const parent = find(request);
    return parent.strategy == PARTITION_STRATEGY_LIST && !parent.expression_key && !counts_on(parent);
}

std::vector<AdoptionRow> manage(const AdoptRequest &request)
{
    catalog::Parent const parent = find(request);
    SetUpRequest const wanted = set_up_request(request, parent);
    lists::set_up(wanted, "manage");
    return report(wanted, catalog::read_parent(parent.oid));
}

std::vector<AdoptionRow> plan_manage(const AdoptRequest &request)
{
    catalog::Parent const parent = find(request);
    SetUpRequest const wanted = set_up_request(request, parent);
    check(wanted, parent);
    return report(wanted, parent);
}

} // namespace strata::lists
