// What partitions have in common with their parent and their template.
#include "features/inherit.hpp"
#include "features/privileges.hpp"
#include "pg/arguments.hpp"
#include "pg/entry.hpp"

using namespace strata;

namespace
{

std::string name_arg(FunctionCallInfo fcinfo, int argument)
{
    return pg::text_arg(fcinfo, argument).value_or("<NULL>");
}

} // namespace

STRATA_FUNCTION(strata_apply_privileges)
{
    apply_privileges({name_arg(fcinfo, 0), name_arg(fcinfo, 1)}, {name_arg(fcinfo, 2), name_arg(fcinfo, 3)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_reapply_privileges)
{
    reapply_privileges(pg::text_arg(fcinfo, 0));
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_inherit_template_properties)
{
    return BoolGetDatum(
        inherit_template_properties(pg::text_arg(fcinfo, 0), {name_arg(fcinfo, 1), name_arg(fcinfo, 2)}));
}

STRATA_FUNCTION(strata_inherit_parent_properties)
{
    const std::string schema = name_arg(fcinfo, 0);
    inherit_parent_properties({schema, name_arg(fcinfo, 1)},
                              {pg::text_arg(fcinfo, 3).value_or(schema), name_arg(fcinfo, 2)});
    PG_RETURN_VOID();
}

STRATA_FUNCTION(strata_inherit_replica_identity)
{
    const std::string schema = name_arg(fcinfo, 0);
    inherit_replica_identity({schema, name_arg(fcinfo, 1)}, {schema, name_arg(fcinfo, 2)});
    PG_RETURN_VOID();
}
