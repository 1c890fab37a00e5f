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

const std::array<const Follower *, 2> followers = {&sub_rows, &override_rows};

struct Waiting
{
    std::vector<std::optional<std::string>> written_by; // one for each row
};

std::optional<Waiting> read_rows(const Follower &follower, const std::string &parent_table)
{
    const OwnTable table(follower.table);
    std::optional<Waiting> found;
    scan_by_text(table, own_index(follower.table, follower.index), follower.key_column, parent_table,
                 [&](const TableRow &row) {
                     if (!found)
                         found.emplace();
                     found->written_by.push_back(row.optional_text(follower.writer_column));
                 });
    return found;
}

void write(const std::string &statement, const std::vector<Param> &params)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    pg::execute(statement, params);
}

void remove(const Follower &follower, const std::string &parent_table)
{
    write("DELETE FROM " + own_table(follower.table) + " WHERE " + follower.key + " = $1",
          {Param::text(parent_table)});
}

void remove_waiting(const Follower &follower, const std::string &parent_table)
{
    pg::warning(std::string(follower.what) + " that waited for \"" + parent_table + "\" was removed",
                "It was restored without its row of part_config, and a table that is configured now has the name.");
    remove(follower, parent_table);
}

bool may_meet(const std::optional<std::string> &written_by, Oid table, const std::optional<std::string> &owner_role)
{
    const Oid writer = written_by ? pg::find_role(*written_by) : InvalidOid;
    if (!OidIsValid(writer))
        return false;
    if (is_trusted(writer))
        return true;
    const Oid owner = OidIsValid(table) ? pg::owner_of(table)
                      : owner_role      ? pg::find_role(*owner_role)
                                        : InvalidOid;
    return OidIsValid(owner) && pg::has_role(writer, owner);
}

bool is_table_of_caller(const std::string &parent_table)
{
    const auto key = parse_key(parent_table);
    const Oid table = key ? find_partitioned(*key) : InvalidOid;
    return OidIsValid(table) && pg::has_role(GetUserId(), pg::owner_of(table));
}

void check_waiting_writable(const Follower &follower, const std::string &parent_table,
                            const std::optional<std::string> &written_by)
{
    if (is_trusted(GetUserId()))
        return;
    const Oid writer = written_by ? pg::find_role(*written_by) : InvalidOid;
    if ((OidIsValid(writer) && pg::has_role(GetUserId(), writer)) || is_table_of_caller(parent_table))
        return;
    throw core::Error(core::ErrorKind::insufficient_privilege,
                      std::string("permission denied for ") + follower.what + " of \"" + parent_table + "\"",
                      "It waits for its row of part_config, and somebody else wrote it.",
                      "Ask the owner of the table or a superuser.");
}

// Holds the row of part_config until the end of the transaction, so that it is not deleted or renamed while the
// caller adds a row that belongs to it.
void hold_set(const std::string &parent_table)
{
    write("SELECT FROM " + own_table("part_config") + " WHERE parent_table = $1 FOR KEY SHARE",
          {Param::text(parent_table)});
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

const Follower sub_rows = {"part_config_sub",      "part_config_sub_pkey",     "sub_parent",
                           sub_config::sub_parent, sub_config::sub_owner_role, "the description of sub-partitions"};
const Follower override_rows = {"part_config_override", "part_config_override_pkey", "root",
                                override_config::root,  override_config::owner_role, "the override for a value"};

void check_set_writable(const std::string &parent_table)
{
    const auto set = read_any_set(parent_table);
    if (!set)
        throw core::Error(core::ErrorKind::foreign_key_violation, "table \"" + parent_table + "\" is not managed",
                          "part_config has no row for it.", "Write that row first.");
    check_writable(*set);
    hold_set(parent_table);
}

bool may_add(const Follower &follower, const std::string &parent_table, bool restored)
{
    if (!restored || read_any_set(parent_table))
    {
        check_set_writable(parent_table);
        return true;
    }
    if (is_trusted(GetUserId()) || is_table_of_caller(parent_table))
        return true;
    pg::warning(std::string(follower.what) + " of \"" + parent_table + "\" was not restored",
                "Neither a row of part_config nor a partitioned table of yours has that name.");
    return false;
}

void check_present_writable(const Follower &follower, const std::string &parent_table,
                            const std::optional<std::string> &written_by)
{
    if (const auto set = read_any_set(parent_table))
        check_writable(*set);
    else
        check_waiting_writable(follower, parent_table, written_by);
}

void cascade_to_sub(TriggerCall &call)
{
    const std::string past(call.row().text(config::parent_table));
    if (call.is_delete())
    {
        for (const Follower *follower : followers)
            if (read_rows(*follower, past))
                remove(*follower, past);
        if (call.row().is_null(config::set_root))
            find_new_roots(past, call.row().oid(config::parent_oid));
        return;
    }
    const std::string present(call.new_row().text(config::parent_table));
    if (present == past)
        return;
    for (const Follower *follower : followers)
    {
        if (read_rows(*follower, present))
            remove_waiting(*follower, present);
        if (read_rows(*follower, past))
            write("UPDATE " + own_table(follower->table) + " SET " + follower->key + " = $2 WHERE " +
                      follower->key + " = $1",
                  {Param::text(past), Param::text(present)});
    }
}

void meet_waiting_sub(const std::string &parent_table, bool restored, Oid table,
                      const std::optional<std::string> &owner_role)
{
    if (read_any_set(parent_table))
        return;
    for (const Follower *follower : followers)
    {
        const auto waiting = read_rows(*follower, parent_table);
        const auto may = [&](const auto &written_by) { return may_meet(written_by, table, owner_role); };
        if (waiting && !(restored && std::all_of(waiting->written_by.begin(), waiting->written_by.end(), may)))
            remove_waiting(*follower, parent_table);
    }
}

void report_waiting_subs()
{
    for (const Follower *follower : followers)
    {
        const OwnTable table(follower->table);
        scan(table, [follower](const TableRow &row) {
            const std::string parent(row.text(follower->key_column));
            if (!read_any_set(parent))
                pg::warning(std::string(follower->what) + " of \"" + parent + "\" belongs to no set",
                            "It was restored without a row of part_config of that name, and does nothing.",
                            std::string("Delete it from ") + follower->table +
                                " unless the rest is still to be restored.");
        });
    }
}

} // namespace strata::catalog
