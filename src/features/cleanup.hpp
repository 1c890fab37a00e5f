#pragma once

#include <string>

namespace strata
{

struct Cleanup
{
    bool config = true;
    bool config_sub = true;
    bool template_table = true;
};

// Forgets a set: its rows in the configuration and its template table.  Its partitions stay as they are, and the
// parent may be gone already.  Runs as the caller, whose right to delete the rows is checked by their trigger.
void config_cleanup(const std::string &parent_table, const Cleanup &what);

} // namespace strata
