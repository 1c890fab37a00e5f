#pragma once

#include "core/zone.hpp"
#include "pg/postgres.hpp"

namespace strata::catalog
{

// A time zone of the server, as the core wants it.  By PostgreSQL's own data, so that bounds are what PostgreSQL
// itself computes.
class PgZone final : public core::Zone
{
public:
    explicit PgZone(pg_tz *zone);

    core::Coordinate to_civil(core::Coordinate instant) const override;
    core::Coordinate to_instant(core::Coordinate civil) const override;
    std::string_view name() const override { return name_; }

private:
    pg_tz *zone_;
    std::string name_;
};

// The zone of that name; lives as long as the session.  core::Error (invalid_argument) when the server knows none.
const core::Zone &zone(std::string_view name);

// The name of the session's zone.
std::string session_zone();

// Calls `visit` with every zone of the server; none of them is kept.
void visit_zones(const std::function<void(const core::Zone &)> &visit);

} // namespace strata::catalog
