#include "catalog/sub_rows.hpp"

#include "catalog/claim.hpp"
#include "catalog/config_columns.hpp"
#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "pg/identity.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

struct SubRow
{
    std::optional<std::string> written_by;
};

std::optional<SubRow> read_sub_row(const std::string &sub_parent)
{
    const OwnTable table("part_config_sub");
    std::optional<SubRow> found;
    scan_by_text(table, own_index("part_config_sub", "part_config_sub_pkey"), sub_config::sub_parent, sub_parent,
                 [&](const TableRow &row) { found = SubRow{row.optional_text(sub_config::sub_owner_role)}; });
    return found;
}

void write(const std::string &statement, const std::vector<Param> &params)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute(statement, params);
}

void remove(const std::string &sub_parent)
{
    write("DELETE FROM " + own_table("part_config_sub") + " WHERE sub_parent = $1", {Param::text(sub_parent)});
}

void remove_waiting(const std::string &sub_parent)
{
    pg::warning("the description of sub-partitions that waited for \"" + sub_parent + "\" was removed",
                "It was restored without its row of part_config, and a table that is configured now has the name.");
    remove(sub_parent);
}

bool may_meet(const SubRow &waiting, Oid table, const std::optional<std::string> &owner_role)
{
    const Oid writer = waiting.written_by ? pg::find_role(*waiting.written_by) : InvalidOid;
    if (!OidIsValid(writer))
        return false;
    if (is_trusted(writer))
        return true;
    const Oid owner = OidIsValid(table) ? pg::owner_of(table)
                      : owner_role      ? pg::find_role(*owner_role)
                                        : InvalidOid;
    return OidIsValid(owner) && pg::has_role(writer, owner);
}

bool has_sets_below(Oid table)
{
    if (!pg::relation_exists(table))
        return false;
    List *children = pg::call(find_inheritance_children, table, NoLock);
    for (int i = 0; i < list_length(children); i++)
        if (pg::call(get_rel_relkind, list_nth_oid(children, i)) == RELKIND_PARTITIONED_TABLE)
            return true;
    return false;
}

// The topmost managed table above, but for the table itself.
std::optional<std::string> root_above(Oid table)
{
    std::optional<std::string> root;
    while (pg::call(get_rel_relispartition, table))
    {
        table = pg::call(get_partition_parent, table, true);
        if (const auto set = read_any_set(table))
            root = set->parent_table;
    }
    return root;
}

// Sets below one that is managed no longer stay managed.
void find_new_roots(const std::string &past, Oid table)
{
    if (!has_sets_below(table))
        return;
    for (const StoredSet &set : read_all_sets())
        if (set.set_root == past && OidIsValid(set.parent))
            write("UPDATE " + own_table("part_config") + " SET set_root = $2 WHERE parent_table = $1",
                  {Param::text(set.parent_table), Param::optional_text(root_above(set.parent))});
}

} // namespace

void cascade_to_sub(TriggerCall &call)
{
    const std::string past(call.row().text(config::parent_table));
    if (call.is_delete())
    {
        if (read_sub_row(past))
            remove(past);
        if (call.row().is_null(config::set_root))
            find_new_roots(past, call.row().oid(config::parent_oid));
        return;
    }
    const std::string present(call.new_row().text(config::parent_table));
    if (present == past)
        return;
    if (read_sub_row(present))
        remove_waiting(present);
    if (read_sub_row(past))
        write("UPDATE " + own_table("part_config_sub") + " SET sub_parent = $2 WHERE sub_parent = $1",
              {Param::text(past), Param::text(present)});
}

void meet_waiting_sub(const std::string &parent_table, bool restored, Oid table,
                      const std::optional<std::string> &owner_role)
{
    if (read_any_set(parent_table))
        return;
    const auto waiting = read_sub_row(parent_table);
    if (waiting && !(restored && may_meet(*waiting, table, owner_role)))
        remove_waiting(parent_table);
}

void check_waiting_writable(const std::string &sub_parent, const std::optional<std::string> &written_by)
{
    if (is_trusted(GetUserId()))
        return;
    const Oid writer = written_by ? pg::find_role(*written_by) : InvalidOid;
    if (OidIsValid(writer) && pg::has_role(GetUserId(), writer))
        return;
    const auto key = parse_key(sub_parent);
    const Oid table = key ? find_partitioned(*key) : InvalidOid;
    if (OidIsValid(table) && pg::has_role(GetUserId(), pg::owner_of(table)))
        return;
    throw core::Error(core::ErrorKind::insufficient_privilege,
                      "permission denied for the description of sub-partitions of \"" + sub_parent + "\"",
                      "It waits for its row of part_config, and somebody else wrote it.",
                      "Ask the owner of the table or a superuser.");
}

void hold_set(const std::string &parent_table)
{
    write("SELECT FROM " + own_table("part_config") + " WHERE parent_table = $1 FOR KEY SHARE",
          {Param::text(parent_table)});
}

void report_waiting_subs()
{
    const OwnTable table("part_config_sub");
    scan(table, [](const TableRow &row) {
        const std::string parent(row.text(sub_config::sub_parent));
        if (!read_any_set(parent))
            pg::warning("the description of sub-partitions of \"" + parent + "\" belongs to no set",
                        "It was restored without a row of part_config of that name, and does nothing.",
                        "Delete it from part_config_sub unless the rest is still to be restored.");
    });
}

} // namespace strata::catalog
