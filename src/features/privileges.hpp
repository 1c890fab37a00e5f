#pragma once

#include <optional>
#include <string>

namespace strata
{

// What apply_privileges and reapply_privileges do: a table gets the owner and the grants of its managed parent. All
// with the caller's own rights.

struct DottedName
{
    std::string schema;
    std::string table;

    std::string text() const { return schema + "." + table; }
};

void apply_privileges(const DottedName &parent, const DottedName &child);

// To all direct partitions, the default one among them.
void reapply_privileges(const std::optional<std::string> &parent_table);

} // namespace strata
