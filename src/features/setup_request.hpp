#pragma once

#include "catalog/parent.hpp"
#include "catalog/stored_set.hpp"
#include "features/setup.hpp"

namespace strata
{

// Spellings of version 4 of the dialect: type and interval in the old positional order, 'native' for the type.
void modernize(SetUpRequest &request);

// Everything about the request that can be said from its words and the table's definition.  In the dialect's order,
// with its words, so that callers who match on them go on working.
void check_names(const SetUpRequest &request);
// Both give the parent the key that the request asks for.
void give_key(const SetUpRequest &request, catalog::Parent &parent);
void check_table(const SetUpRequest &request, catalog::Parent &parent);

// 23505 when the table is managed already.
void refuse_managed(const SetUpRequest &request, Oid parent);

// p_start_partition on the axis of the key.
std::optional<core::Coordinate> start_of(const SetUpRequest &request, const core::Codec &codec);

// The row of part_config for the request; the anchor is still missing.
catalog::StoredSet stored_set(const SetUpRequest &request, const catalog::Parent &parent);

} // namespace strata
