#pragma once

#include "catalog/trigger_call.hpp"

namespace strata::catalog
{

// The rows of part_config_sub and of part_config_override follow those of part_config as a foreign key ON DELETE
// CASCADE ON UPDATE CASCADE would make them.  But a parallel restore may bring them first: then they wait for
// theirs, and do nothing until it is there.

// Such a table.
struct Follower
{
    const char *table;
    const char *index; // by the key
    const char *key;   // parent_table of the row that a row belongs to
    int key_column;
    int writer_column; // the role that wrote it
    const char *what;  // for messages: a row of it
};
extern const Follower sub_rows;
extern const Follower override_rows;

// May the caller add a row for that set?  Only a dump says who wrote it (`restored`).  False, with a WARNING, for
// one to be left out of a restore; throws otherwise.  The set stays until the end of the transaction.
bool may_add(const Follower &follower, const std::string &parent_table, bool restored);
// May the caller change a row that is there?
void check_present_writable(const Follower &follower, const std::string &parent_table,
                            const std::optional<std::string> &written_by);
// 42501 or 23503 unless there is such a set and it is the caller's.  It stays until the end of the transaction.
void check_set_writable(const std::string &parent_table);

// After a row of part_config was renamed or deleted.
void cascade_to_sub(TriggerCall &call);

// Before a row of part_config gets a name that had none: a row that waits for that name stays when both come from a
// dump and whoever wrote it has the rights of the table's owner (of `owner_role`, where there is no table).  It is
// removed with a WARNING otherwise.
void meet_waiting_sub(const std::string &parent_table, bool restored, Oid table,
                      const std::optional<std::string> &owner_role);

// One WARNING for each row that still waits.
void report_waiting_subs();

} // namespace strata::catalog
