#include "features/checking.hpp"

#include "catalog/zone.hpp"
#include "core/align.hpp"
#include "core/error.hpp"
#include "core/naming.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata
{

namespace
{

Oid column_type(Oid relation, const std::string &column)
{
    return pg::call([&]() -> Oid {
        const AttrNumber number = get_attnum(relation, column.c_str());
        return number == InvalidAttrNumber ? InvalidOid : get_atttype(relation, number);
    });
}

std::string type_name(Oid type)
{
    const char *name = pg::call([&]() -> const char * {
        HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
        if (!HeapTupleIsValid(tuple))
            return "";
        const char *found = pstrdup(NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typname));
        ReleaseSysCache(tuple);
        return found;
    });
    return name;
}

} // namespace

std::optional<std::string> general_type(Oid type)
{
    switch (type)
    {
    case TIMESTAMPTZOID:
    case TIMESTAMPOID:
    case DATEOID:
        return "time";
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case NUMERICOID:
        return "id";
    case TEXTOID:
    case VARCHAROID:
        return "text";
    case UUIDOID:
        return "uuid";
    default:
        return std::nullopt;
    }
}

std::optional<ControlType> check_control_type(const std::string &schema, const std::string &table,
                                              const std::string &column)
{
    const Oid relation = pg::find_relation(core::cut_utf8(schema, core::max_name_bytes),
                                           core::cut_utf8(table, core::max_name_bytes));
    const Oid type = OidIsValid(relation)
                         ? column_type(relation, std::string(core::cut_utf8(column, core::max_name_bytes)))
                         : InvalidOid;
    if (!OidIsValid(type))
        return std::nullopt;
    return ControlType{general_type(type), type_name(type)};
}

std::string check_name_length(const std::string &name, const std::optional<std::string> &suffix, bool partition)
{
    if (partition && !suffix)
        throw core::Error{core::ErrorKind::invalid_argument, "Table partition name requires a suffix value",
                          "p_table_partition is true and p_suffix is null.",
                          "Pass the suffix without \"_p\", such as '20261105'."};
    return core::fit(name, (partition ? "_p" : "") + suffix.value_or(""));
}

TimePartitionInfo calculate_time_partition_info(const Interval &interval, TimestampTz start,
                                                const std::optional<std::string> &trunc_unit)
{
    const core::TimeStep step{interval.month, interval.day, interval.time};
    const auto unit = trunc_unit ? std::optional(core::parse_trunc_unit(*trunc_unit)) : std::nullopt;
    const std::string pattern = core::default_suffix_pattern(step);
    if (TIMESTAMP_NOT_FINITE(start))
        return {start, pattern};
    const core::Codec codec(core::KeyType::timestamptz, catalog::zone(catalog::session_zone()));
    return {core::align(codec, start, step, unit), pattern};
}

} // namespace strata
