#include "catalog/reference_check.hpp"

#include "catalog/archive_table.hpp"
#include "catalog/bounds_function.hpp"
#include "catalog/changed_columns.hpp"
#include "catalog/custom_encoding.hpp"
#include "catalog/hook_function.hpp"
#include "catalog/named_function.hpp"
#include "catalog/set_key.hpp"
#include "catalog/text_key.hpp"
#include "catalog/value_extent.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

namespace
{

using core::Error;
using core::ErrorKind;

// Reports one thing that is not there.
class References
{
public:
    References(Missing missing, std::string table) : missing_(missing), table_(std::move(table)) {}

    void role(const std::optional<std::string> &name) const
    {
        if (name && !OidIsValid(pg::find_role(*name)))
            report(ErrorKind::undefined_object, "role \"" + *name + "\" does not exist", "maintenance_role",
                   "Create the role, or name another one.");
    }

    void schema(const std::optional<std::string> &name, const char *column) const
    {
        if (name && !name->empty() && !OidIsValid(pg::find_schema(*name)))
            report(ErrorKind::undefined_schema, "schema \"" + *name + "\" does not exist", column,
                   "Create the schema, or name another one.");
    }

    void table(const std::optional<std::string> &name, const char *column) const
    {
        if (!name)
            return;
        const auto key = parse_key(*name);
        if (!key || !OidIsValid(find_relation(*key)))
            report(ErrorKind::undefined_table, "table \"" + *name + "\" does not exist", column,
                   "Write it as schema.table, without quotes, or create it first.");
    }

    // A function of one argument; without a schema it is one of the extension's schema, as in the dialect.
    void function(const std::optional<std::string> &name, Oid argument, const std::optional<Parent> &parent,
                  const char *column) const
    {
        if (!name)
            return;
        if (const Oid found = find_function(*name, {argument}); OidIsValid(found))
        {
            if (parent && missing_ == Missing::refuse)
                check_function_owner(found, *name, parent->owner, time_function_hint);
        }
        else
            report(ErrorKind::undefined_object, "function \"" + *name + "\" does not exist", column,
                   "Write it as schema.function, without quotes, or create it first.");
    }

    void column(const StoredSet &set, const Parent &parent) const
    {
        const AttrNumber number = pg::call(get_attnum, parent.oid, set.control.c_str());
        if (number == InvalidAttrNumber)
            report(ErrorKind::undefined_column,
                   "column \"" + set.control + "\" of table \"" + set.parent_table + "\" does not exist", "control",
                   "Give the column of the partition key as control.");
        else if (parent.key_attno != 0 && parent.key_attno != number)
            throw Error(ErrorKind::invalid_definition,
                        "control column \"" + set.control + "\" is not the partition key of table \"" +
                            set.parent_table + "\"",
                        "The table is partitioned by \"" + parent.key_column + "\".",
                        "Give that column as control.");
    }

    void extents(const StoredSet &set, const Parent &parent) const
    {
        for (const std::string &column : set.constraint_cols)
            attempt([&] { check_has_extent(parent.oid, column); });
    }

    void hook(const std::optional<std::string> &name, const Parent &parent) const
    {
        if (name)
            attempt([&] { (void) hook_call(*name, parent.owner); });
    }

    void bounds(const std::string &name, const StoredSet &set, const Parent &parent) const
    {
        attempt([&] { check_bounds_function(name, checked_key(set, parent), parent); });
    }

private:
    template <class Check>
    void attempt(Check check) const
    {
        try
        {
            check();
        }
        catch (const Error &error)
        {
            if (missing_ == Missing::refuse)
                throw;
            pg::warning(error.message(), error.detail(), error.hint());
        }
    }

    void report(ErrorKind kind, const std::string &message, const char *column, const char *hint) const
    {
        const std::string detail =
            std::string("Column ") + column + " of the configuration of \"" + table_ + "\" names it.";
        if (missing_ == Missing::refuse)
            throw Error(kind, message, detail, hint);
        pg::warning(message, detail, "Maintenance of the table needs it.");
    }

    Missing missing_;
    std::string table_;
};

} // namespace

void check_references(const StoredSet &set, const std::optional<Parent> &parent, const StoredSet *before,
                      Missing missing)
{
    const References references(missing, set.parent_table);
    if (differs(before, set, &StoredSet::maintenance_role))
        references.role(set.maintenance_role);
    if (differs(before, set, &StoredSet::retention_schema))
        references.schema(set.retention_schema, "retention_schema");
    if (differs(before, set, &StoredSet::partition_schema))
        references.schema(set.partition_schema, "partition_schema");
    if (differs(before, set, &StoredSet::template_table))
        references.table(set.template_table, "template_table");
    if (differs(before, set, &StoredSet::time_encoder))
        references.function(set.time_encoder, TIMESTAMPTZOID, parent, "time_encoder");
    if (differs(before, set, &StoredSet::time_decoder))
        references.function(set.time_decoder, TEXTOID, parent, "time_decoder");
    if (differs(before, set, &StoredSet::retention_archive_table, &StoredSet::parent))
    {
        references.table(set.retention_archive_table, "retention_archive_table");
        if (set.retention_archive_table && parent && missing == Missing::refuse && !is_value_list(set))
            check_archive_ranges(set, *parent, read_archive(*set.retention_archive_table, *parent));
    }
    if (parent && (differs(before, set, &StoredSet::control) || differs(before, set, &StoredSet::parent)))
        references.column(set, *parent);
    if (parent && differs(before, set, &StoredSet::constraint_cols))
        references.extents(set, *parent);
    if (parent && set.bounds_function && differs(before, set, &StoredSet::bounds_function, &StoredSet::parent))
        references.bounds(*set.bounds_function, set, *parent);
    for (const auto hook : {&StoredSet::before_detach, &StoredSet::before_drop, &StoredSet::after_create})
        if (parent && differs(before, set, hook))
            references.hook(set.*hook, *parent);
}

void check_references(const SubValues &values, Missing missing)
{
    const References references(missing, values.parent);
    references.schema(values.retention_schema, "sub_retention_schema");
    references.table(values.template_table, "sub_template_table");
}

} // namespace strata::catalog
