#pragma once

#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata
{

// A line of what the import says.
struct ImportRow
{
    std::optional<std::string> parent_table;
    std::string topic;                  // set, refused, changed, lost, unused
    std::optional<std::string> subject; // the column
    std::optional<std::string> old_value;
    std::optional<std::string> new_value;
    std::string note;
};

// Takes over the sets that saved copies of pg_partman's two tables describe.  A set that cannot be taken over is
// reported and does not stop the others.
std::vector<ImportRow> import_pg_partman(const std::string &config_table,
                                         const std::optional<std::string> &sub_config_table);

} // namespace strata
