#include "ddl/shards.hpp"

#include "catalog/citus.hpp"
#include "catalog/extension.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"
#include "settings.hpp"

namespace strata::ddl
{

namespace
{

// Citus hands a SET LOCAL on, to the end of the (sub)transaction there, when it is told to, and when it takes us
// for a transaction of several statements, which a function or a background worker is not without DO.
void tell_lock_timeout(int limit_ms)
{
    const catalog::AsExtensionOwner owner;
    pg::Settings settings;
    settings.set("citus.propagate_set_commands", "local");
    const pg::Spi spi;
    pg::utility("DO LANGUAGE plpgsql $$BEGIN SET LOCAL lock_timeout = " + std::to_string(limit_ms) + "; END$$");
}

} // namespace

ShardScope::ShardScope(Oid relation)
{
    if (!catalog::is_distributed(relation))
        return;
    tell_lock_timeout(LockTimeout > 0 ? LockTimeout : settings::lock_timeout_ms());
    settings_.emplace();
    settings_->set("citus.multi_shard_modify_mode", "sequential");
}

} // namespace strata::ddl
