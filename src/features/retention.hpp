#pragma once

#include "core/step.hpp"
#include "pg/postgres.hpp"

namespace strata
{

// Arguments of drop_partition_time and drop_partition_id; what is not given is as configured.
struct RetentionRequest
{
    std::string parent_table;
    std::optional<core::Step> retention;
    std::optional<bool> keep_table;
    std::optional<bool> keep_index;
    std::optional<std::string> retention_schema;
    std::optional<TimestampTz> reference; // time sets: instead of now
};

// Retires what is behind the retention and returns how many.  The caller has named the table, so the brake does not
// hold.  A partition that cannot go (rows elsewhere refer to it, it is in use) stays with a WARNING; when none
// could go, the reason is thrown.
int drop_partitions(const RetentionRequest &request, bool time);

// A person's word that what the brake holds back may go: the next unattended run retires it.  Returns how many
// partitions that are; 0 with a NOTICE when nothing is held back.
int confirm_retention(const std::string &parent_table);

} // namespace strata
