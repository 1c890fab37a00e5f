#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "features/setup.hpp"

#include <vector>

namespace strata
{

// What create_parent() does alike for sets along which nothing is stepped (bounded_set.hpp).

// Throws for arguments that speak of steps, ages and times; `partitioned` says what the table is, as in
// "partitioned by hash", and `hint` what else can be done.
void refuse_steps(const SetUpRequest &request, const std::string &partitioned, const std::string &hint = {});

// Throws unless the control column is the (leading) column of the partition key and the table is permanent.
void check_bounded_key(const SetUpRequest &request, const catalog::Parent &parent);

// The row as far as the request alone says it.
catalog::StoredSet bounded_row(const SetUpRequest &request, const catalog::Parent &parent);

// Stores the set; where it is a partition in a tree, it is partitioned further like those beside it.
void insert_joined(const catalog::StoredSet &set, const catalog::Parent &parent);

// What is there already counts as ours from now on.
void adopt_all(const catalog::Parent &parent, const std::vector<Oid> &partitions);

} // namespace strata
