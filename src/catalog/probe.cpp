#include "catalog/probe.hpp"

#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "pg/guard.hpp"

namespace strata::catalog
{

namespace
{

struct Index
{
    Oid table;
    Oid index;
    AttrNumber column;
    RegProcedure equal;
};

bool has_entry(::Relation table, const Index &by, Datum value)
{
    ScanKeyData key;
    ScanKeyEntryInitialize(&key, 0, by.column, BTEqualStrategyNumber, InvalidOid, DEFAULT_COLLATION_OID, by.equal,
                           value);
    SysScanDesc rows = systable_beginscan(table, by.index, true, nullptr, 1, &key);
    const bool found = HeapTupleIsValid(systable_getnext(rows));
    systable_endscan(rows);
    return found;
}

// Fills `found` and gives the lock back at once: a user's transaction may be long.
void look_up(const Index &by, const Datum *values, size_t count, bool *found)
{
    if (!ConditionalLockRelationOid(by.table, AccessShareLock))
        return;
    ::Relation table = table_open(by.table, NoLock);
    for (size_t i = 0; i < count; i++)
        found[i] = has_entry(table, by, values[i]);
    table_close(table, AccessShareLock);
}

std::unique_ptr<bool[]> look_up_oids(const Index &by, const std::vector<Oid> &relations)
{
    const std::vector<Datum> values(relations.begin(), relations.end());
    auto found = std::make_unique<bool[]>(relations.size());
    pg::call([&] { look_up(by, values.data(), values.size(), found.get()); });
    return found;
}

} // namespace

std::vector<Known> probe(const std::vector<Oid> &relations)
{
    const auto sets =
        look_up_oids({own_relation("part_config"), own_index("part_config", "part_config_parent_oid_idx"),
                      config::parent_oid, F_OIDEQ},
                     relations);
    const auto partitions = look_up_oids({own_relation("managed_partition"),
                                          own_index("managed_partition", "managed_partition_identity_key"),
                                          partition::partition_oid, F_OIDEQ},
                                         relations);
    std::vector<Known> known(relations.size());
    for (size_t i = 0; i < relations.size(); i++)
        known[i] = {sets[i], partitions[i]};
    return known;
}

namespace
{

bool is_in(const char *index, AttrNumber column, const std::string &table)
{
    bool found = false;
    const Index by{own_relation("part_config"), own_index("part_config", index), column, F_TEXTEQ};
    pg::call([&] {
        const Datum value = PointerGetDatum(cstring_to_text_with_len(table.data(), static_cast<int>(table.size())));
        look_up(by, &value, 1, &found);
    });
    return found;
}

} // namespace

bool is_template(const std::string &table)
{
    return is_in("part_config_template_table_idx", config::template_table, table);
}

bool is_archive(const std::string &table)
{
    return is_in("part_config_retention_archive_table_idx", config::retention_archive_table, table);
}

} // namespace strata::catalog
