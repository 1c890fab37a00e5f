#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "core/adoption.hpp"
#include "features/adoption.hpp"
#include "pg/identity.hpp"

namespace strata
{

// A table that is partitioned already, and what is going to be stored of it.
struct Adopted
{
    catalog::Parent parent;
    catalog::StoredSet set;
    core::SetConfig config;
    core::SetState state;
    core::Adoption inferred;
};

// Whoever looks at the default partition or another one waits for it as long as for the table.
class BriefWaits
{
public:
    BriefWaits();

private:
    pg::Settings settings_;
};

// Reads the table and checks the caller's rights; writes nothing.
Adopted infer(const AdoptRequest &request);

// After a change of the stored set: the configuration that follows from it.  Throws where it makes no sense.
void settle(Adopted &adopted);

// Stores the set; the partitions that it has count as ours from then on.
void take_over(const Adopted &adopted);

} // namespace strata
