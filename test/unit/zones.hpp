#pragma once

#include "core/zone.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace test
{

// A time zone read from the system's /usr/share/zoneinfo, so that rules are tested against real clock changes.
class SystemZone final : public strata::core::Zone
{
public:
    // Fails the running test when the zone's file is missing (package tzdata) or cannot be understood.
    explicit SystemZone(const std::string &name);

    strata::core::Coordinate to_civil(strata::core::Coordinate instant) const override;
    strata::core::Coordinate to_instant(strata::core::Coordinate civil) const override;
    std::string_view name() const override { return name_; }

private:
    struct Change
    {
        std::int64_t at;     // seconds since 1970, UTC
        std::int64_t offset; // from there on, in seconds
    };

    void read_file(const std::string &bytes);
    void add_rule(const std::string &rule);
    std::int64_t offset_at(std::int64_t second) const;

    std::string name_;
    std::int64_t first_offset_ = 0;
    std::vector<Change> changes_;
};

// Read once each.
const strata::core::Zone &zone(const std::string &name);

// Zones that have something to them: summer time in both hemispheres, half an hour of it, odd offsets, none, and a
// country that skipped a whole day (2011-12-30).
const std::vector<std::string> &zone_names();

} // namespace test
