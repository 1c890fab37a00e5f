#include "core/old_settings.hpp"

#include <array>

namespace strata::core
{

namespace
{

struct Column
{
    std::string_view name;
    std::string_view fallback; // its default
    std::string_view idle;     // why the default is no loss
    std::string_view loss;     // what another value did
};

constexpr std::string_view triggers_only = "only partitioning by triggers used it";
constexpr std::string_view null_value;

constexpr std::array columns{
    Column{"optimize_trigger", "4", triggers_only, triggers_only},
    Column{"inherit_fk", "true", "foreign keys of the table hold for all of its partitions",
           "foreign keys of the table hold for all of its partitions"},
    Column{"trigger_exception_handling", "false", triggers_only, triggers_only},
    Column{"upsert", "", triggers_only,
           "only partitioning by triggers used it; write INSERT ... ON CONFLICT instead"},
    Column{"trigger_return_null", "true", triggers_only, triggers_only},
    Column{
        "publications", null_value, "there were none",
        "new partitions are not added to publications; ALTER PUBLICATION ... ADD TABLE with the partitioned table "
        "publishes all of them"},
    Column{
        "subscription_refresh", null_value, "there was none",
        "subscriptions are not refreshed; run ALTER SUBSCRIPTION ... REFRESH PUBLICATION after new partitions were "
        "made"},
    Column{"drop_cascade_fk", "false", "partitions that are still referred to are never dropped",
           "partitions that are still referred to are never dropped; remove the rows that refer to them first"},
};

} // namespace

std::vector<std::string_view> columns_without_counterpart()
{
    std::vector<std::string_view> names;
    for (const Column &column : columns)
    {
        names.push_back(column.name);
    }
    return names;
}

std::optional<LostSetting> lost_setting(const OldSetting &setting)
{
    std::string_view name = setting.column;
    if (name.starts_with("sub_"))
    {
        name.remove_prefix(4);
    }
    for (const Column &column : columns)
    {
        if (column.name == name)
        {
            const bool matters = setting.value.value_or("") != column.fallback && setting.value != std::nullopt;
            return LostSetting{setting.column, setting.value, matters,
                               std::string(matters ? column.loss : column.idle)};
        }
    }
    return std::nullopt;
}

} // namespace strata::core
