#include "features/adoption.hpp"

#include "catalog/partitions.hpp"
#include "features/adopting.hpp"
#include "features/adoption_report.hpp"
#include "features/create_partitions.hpp"
#include "features/template.hpp"
#include "pg/read_only.hpp"

namespace strata
{

std::vector<AdoptionRow> manage(const AdoptRequest &request)
{
    pg::refuse_read_only("manage");
    Adopted adopted = infer(request);
    if (request.template_table)
        adopted.set.template_table =
            provide_template(adopted.parent, request.template_table, partition_schema(adopted.set, adopted.parent));
    take_over(adopted);
    if (request.default_table && !adopted.state.default_partition)
    {
        create_first_partitions(adopted.set, adopted.parent, {}, true);
        adopted.state.default_partition = catalog::read_partitions(adopted.parent).default_partition;
    }
    BriefWaits const brief;
    return report(adopted, request);
}

std::vector<AdoptionRow> plan_manage(const AdoptRequest &request)
{
    Adopted const adopted = infer(request);
    BriefWaits const brief;
    return report(adopted, request);
}

} // namespace strata
