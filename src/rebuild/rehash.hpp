#pragma once

#include "features/rebuilds.hpp"
#include "log/job.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Another modulus for a set that is partitioned by hash: partitions are divided or become one, one exchange after
// the other, beside those who use them.
namespace strata::rebuild
{

// What the job is called.
constexpr const char *rehash_job = "set_modulus";

struct ModulusRequest
{
    std::string parent_table;
    std::int32_t modulus = 0;
};

// One exchange as it is planned.
struct Exchange
{
    std::string action; // split, merge, or exchange where it is both
    std::vector<std::string> partitions = {};
    std::vector<std::string> replaced_by = {}; // the names they will have
    std::vector<std::string> bounds = {};      // of these
    std::int64_t bytes = 0;                    // of what is to be copied
};
std::vector<Exchange> plan_modulus(const ModulusRequest &request);

// For a procedure.  Raises what keeps it from its end; what is done until then stays, and the next call goes on.
void set_modulus(const ModulusRequest &request);
// For maintenance: with what such a call has begun, while nobody works on it; nothing where there is no such call.
std::optional<Rebuilt> go_on_with_modulus(const catalog::StoredSet &set, const RebuildManner &manner);
void resume_modulus(const log::StoredJob &job, std::int64_t id);

} // namespace strata::rebuild
