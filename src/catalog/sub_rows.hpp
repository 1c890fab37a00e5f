#pragma once

#include "catalog/trigger_call.hpp"

namespace strata::catalog
{

// The rows of part_config_sub follow those of part_config as a foreign key ON DELETE CASCADE ON UPDATE CASCADE
// would make them.  But a parallel restore may bring them first: then they wait for theirs, and do nothing until it
// is there.

// After a row of part_config was renamed or deleted.
void cascade_to_sub(TriggerCall &call);

// Before a row of part_config gets a name that had none: a row that waits for that name stays when both come from a
// dump and whoever wrote it has the rights of the table's owner (of `owner_role`, where there is no table).  It is
// removed with a WARNING otherwise.
void meet_waiting_sub(const std::string &parent_table, bool restored, Oid table,
                      const std::optional<std::string> &owner_role);

// May the caller change a row that waits?
void check_waiting_writable(const std::string &sub_parent, const std::optional<std::string> &written_by);

// Holds the row of part_config until the end of the transaction, so that it is not deleted or renamed while the
// caller adds a row that belongs to it.
void hold_set(const std::string &parent_table);

// One WARNING for each row that still waits.
void report_waiting_subs();

} // namespace strata::catalog
