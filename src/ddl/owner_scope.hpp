#pragma once

#include "catalog/parent.hpp"
#include "ddl/shards.hpp"
#include "pg/identity.hpp"

namespace strata::ddl
{

// Every setting that can change what a statement of ours means gets a known value while this lives.
class FixedSettings
{
public:
    FixedSettings();

private:
    pg::Settings settings_;
};

// While this lives, statements run as the owner of the table, with fixed settings.  When the caller is another role
// (a superuser, a member of the owner, the worker), the owner's code is confined by SECURITY_RESTRICTED_OPERATION.
class OwnerScope
{
public:
    explicit OwnerScope(const catalog::Parent &parent);
    explicit OwnerScope(Oid owner);

private:
    pg::Identity identity_;
    FixedSettings settings_;
};

// The same for statements that name the table: as the superuser who stands in for an owner that may not even name
// it (stand_in.hpp), where there has to be one.
class StatementScope
{
public:
    explicit StatementScope(const catalog::Parent &parent);
    // For what alters one partition: that may belong to somebody else, whose rights the caller has and the owner of
    // the set has not, as when only the parent was given away.  Then as him.
    StatementScope(const catalog::Parent &parent, Oid partition);

private:
    ShardScope shards_;
    FixedSettings settings_;
    pg::Identity identity_;
};

} // namespace strata::ddl
