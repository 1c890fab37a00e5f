#pragma once

#include "core/adoption.hpp"
#include "core/name_template.hpp"

#include "sets.hpp"

#include <string>
#include <vector>

// Tables that somebody else has partitioned.
namespace test
{

struct Foreign
{
    SetConfig config; // as a session in `session_zone` sees it
    SetState state;
};

// `count` partitions of a step from `first` on by the wall clock of `zone_name`, named by a template.
inline Foreign foreign_times(const std::string &zone_name, const TimeStep &step, const std::string &first,
                             int count, const std::string &names, KeyType key = KeyType::timestamptz)
{
    Foreign foreign{time_set(zone_name, step, first, key), {}};
    foreign.config.table = "events";
    add_steps(foreign.config, foreign.state, first, count);
    const Grid grid = grid_of(foreign.config, foreign.state, 0);
    for (Partition &partition : foreign.state.partitions)
    {
        partition.name =
            NameTemplate::parse(names, grid.codec().axis()).render(foreign.config.table, partition.range, grid);
    }
    return foreign;
}

inline void look_from(Foreign &foreign, const std::string &session_zone)
{
    foreign.config.zone = &zone(session_zone);
    foreign.config.step = TimeStep{};
    foreign.config.anchor.reset();
}

inline void visit_zones(const std::function<void(const Zone &)> &visit)
{
    for (const char *name : {"Africa/Ceuta", "Africa/Lagos", "America/New_York", "Asia/Kathmandu", "Asia/Kolkata",
                             "Australia/Lord_Howe", "CET", "Europe/Berlin", "Europe/Paris", "Europe/London", "UTC"})
    {
        visit(zone(name));
    }
}

inline Adoption adopted(const Foreign &foreign, const Wishes &wishes = {})
{
    return adopt(foreign.config, foreign.state, wishes, civil("2026-01-15"), visit_zones);
}

inline std::string text(const Adoption &adoption)
{
    return step_text(adoption.step) + " in " + adoption.zone + ", " + adoption.name_template.value_or("dialect") +
           ", " + std::to_string(adoption.regular) + "/" + std::to_string(adoption.names_matched);
}

} // namespace test
