#include "rebuild/obstacle.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/spi.hpp"

namespace strata::rebuild
{

std::string first_reason(std::span<const Obstacle> obstacles, Oid set, Oid partition)
{
    const ddl::FixedSettings settings;
    const pg::Spi spi;
    for (const Obstacle &obstacle : obstacles)
        if (!pg::query(obstacle.query, {pg::Param::oid(set), pg::Param::oid(partition)}).empty())
            return obstacle.reason;
    return {};
}

} // namespace strata::rebuild
