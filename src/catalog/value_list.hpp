#pragma once

#include "catalog/key_order.hpp"
#include "catalog/parent.hpp"
#include "core/value_list.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::catalog
{

struct StoredSet;

// Does each partition of the set list values of its own (list_mode), so that nothing can be stepped along?
bool is_value_list(const StoredSet &set);

// What the planner wants to know.
core::ValueListConfig to_value_config(const StoredSet &set, const Parent &parent);

// part_config.value_query must be one SELECT, also inside of the one that reads its result:
// Error{invalid_argument}.
void check_value_query(const std::string &query);
std::string value_query_text(const std::string &query);

struct ValuePartition
{
    Oid oid = InvalidOid;
    std::vector<core::ListedValue> values;
};

// What the partitions of a table list, and which of them holds a value, by the table's own operator class and
// collation.  Texts are those of every session; make it and ask it under fixed settings.  Runs no code of the
// owner's.
class ValueBook
{
public:
    // Holds ACCESS SHARE on the table while it reads; sorted by their first values, NULL last.
    explicit ValueBook(const Parent &parent);

    const std::vector<ValuePartition> &partitions() const { return partitions_; }
    std::vector<std::uint32_t> oids() const;
    Oid default_partition() const { return default_; }

    // The partition that lists it; InvalidOid when none does.
    Oid holder(const core::ListedValue &value) const;
    bool same(const core::ListedValue &a, const core::ListedValue &b) const;

    // By the text that a value has here, without looking whether the column takes it.
    Datum parse(const std::string &text) const;
    std::string write(Datum value) const;
    // Only inside of pg::call.
    int compare(Datum a, Datum b) const { return order_.compare(a, b); }
    bool by_value() const { return by_value_; }
    int16 length() const { return length_; }

private:
    struct Entry
    {
        Datum value;
        Oid partition;
    };

    KeyOrder order_;
    Oid type_ = InvalidOid; // below domains
    bool by_value_ = true;
    int16 length_ = 0;
    std::vector<Entry> entries_; // in the table's order
    Oid null_ = InvalidOid;      // lists NULL
    Oid default_ = InvalidOid;
    std::vector<ValuePartition> partitions_;
};

} // namespace strata::catalog
