#include "lists/ensure_values.hpp"

#include "catalog/dotted_name.hpp"
#include "catalog/partition_bound.hpp"
#include "catalog/value_list.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "features/key_text.hpp"
#include "features/partitioned_table.hpp"
#include "lists/add.hpp"
#include "locks/acquire.hpp"
#include "pg/relation.hpp"

namespace strata::lists
{

namespace
{

using core::Error;
using core::ErrorKind;
using core::JsonValue;
using core::ListedValue;

class Ensuring
{
public:
    explicit Ensuring(const std::string &parent_table) : table_(find_partitioned(parent_table)) {}

    // A partition of its own for each value that has none.
    void each(const JsonValue &wanted)
    {
        const std::vector<ListedValue> values = values_of(wanted);
        std::vector<ListedValue> missing = without_partition(values);
        if (!missing.empty() && hold_set())
            missing = without_partition(values);
        for (const ListedValue &value : missing)
            add("values", {value}, std::nullopt);
    }

    void named(const std::string &name, const JsonValue &wanted)
    {
        const std::vector<ListedValue> values = values_of(wanted);
        Oid partition = find_listed(name);
        if (!OidIsValid(partition) && hold_set())
            partition = find_listed(name);
        if (!OidIsValid(partition))
            add("partitions", values, name);
        else if (!lists(partition, values))
            throw Error{ErrorKind::invalid_definition,
                        "the values of partition " + pg::qualified_name(partition) + " cannot be changed",
                        "It is " + bound_of(partition) + ", and " + core::values_text(values) + " was asked for.",
                        "Write p_spec as it is, or give another partition the values that are missing."};
    }

    SettingDifferences take() { return std::move(differences_); }

private:
    // Somebody else may be about to make the same partitions.  False where it was held already.
    bool hold_set()
    {
        if (held_)
            return false;
        locks::acquire({table_.parent.oid, ShareUpdateExclusiveLock}, {}, table_.budget());
        held_ = true;
        return true;
    }

    std::vector<ListedValue> values_of(const JsonValue &wanted) const
    {
        std::vector<ListedValue> values;
        for (const auto &value : wanted.scalars())
            values.push_back(value ? ListedValue{key_text(table_.parent, *value)} : std::nullopt);
        return values;
    }

    std::vector<ListedValue> without_partition(const std::vector<ListedValue> &values) const
    {
        const ddl::FixedSettings settings;
        const catalog::ValueBook book{table_.parent};
        std::vector<ListedValue> missing;
        for (const ListedValue &value : values)
        {
            const auto same = [&](const ListedValue &other) { return book.same(value, other); };
            if (!OidIsValid(book.holder(value)) && std::none_of(missing.begin(), missing.end(), same))
                missing.push_back(value);
        }
        return missing;
    }

    // The partition of this name; InvalidOid where there is none, or something else has the name.
    Oid find_listed(const std::string &name) const
    {
        const bool dotted = name.find('.') != std::string::npos;
        const Oid found = catalog::find_dotted(dotted ? name : table_.partition_schema() + "." + name);
        const ddl::FixedSettings settings;
        const std::vector<std::uint32_t> partitions = catalog::ValueBook{table_.parent}.oids();
        return std::find(partitions.begin(), partitions.end(), found) != partitions.end() ? found : InvalidOid;
    }

    // These values and no others?
    bool lists(Oid partition, const std::vector<ListedValue> &values) const
    {
        const ddl::FixedSettings settings;
        const catalog::ValueBook book{table_.parent};
        std::vector<ListedValue> different;
        for (const ListedValue &value : values)
        {
            if (book.holder(value) != partition)
                return false;
            const auto same = [&](const ListedValue &other) { return book.same(value, other); };
            if (std::none_of(different.begin(), different.end(), same))
                different.push_back(value);
        }
        const auto it = std::find_if(book.partitions().begin(), book.partitions().end(),
                                     [&](const catalog::ValuePartition &one) { return one.oid == partition; });
        return it != book.partitions().end() && it->values.size() == different.size();
    }

    static std::string bound_of(Oid partition)
    {
        const ddl::FixedSettings settings;
        return catalog::shown_bound(partition);
    }

    void add(const char *setting, const std::vector<ListedValue> &values, const std::optional<std::string> &name)
    {
        const std::string made = add_list_partition({table_.parent.text(), values, name});
        differences_.push_back({setting, std::nullopt, made + " FOR VALUES " + core::values_text(values)});
    }

    PartitionedTable table_;
    bool held_ = false;
    SettingDifferences differences_;
};

} // namespace

SettingDifferences ensure_values(const core::SetSpec &spec, const catalog::StoredSet &set)
{
    const JsonValue *values = spec.find("values");
    const JsonValue *partitions = spec.find("partitions");
    if (values == nullptr && partitions == nullptr)
        return {};
    if (!catalog::is_value_list(set))
        throw Error{ErrorKind::invalid_argument,
                    std::string(values != nullptr ? "\"values\"" : "\"partitions\"") +
                        " cannot be used for table \"" + set.parent_table + "\"",
                    "Its partitions do not list values.", "They are for sets of type list without an interval."};
    Ensuring ensuring{set.parent_table};
    for (std::size_t i = 0; partitions != nullptr && i < partitions->elements.size(); i++)
        ensuring.named(partitions->names.at(i), partitions->elements[i]);
    if (values != nullptr)
        ensuring.each(*values);
    return ensuring.take();
}

} // namespace strata::lists
