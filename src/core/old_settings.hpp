#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Settings of pg_partman that have no counterpart here.
namespace strata::core
{

struct OldSetting
{
    std::string column;
    std::optional<std::string> value; // boolean: true, false
};

struct LostSetting
{
    std::string column;
    std::optional<std::string> value;
    bool matters = false; // it was not the default
    std::string note;
};

// The columns of part_config 4.7 and 5 (and of part_config_sub, with their prefix sub_) that part_config here does
// not have.
std::vector<std::string_view> columns_without_counterpart();

// What becomes of the value of such a column; nothing for all others.
std::optional<LostSetting> lost_setting(const OldSetting &setting);

} // namespace strata::core
