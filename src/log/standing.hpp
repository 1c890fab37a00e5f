#pragma once

#include "log/history.hpp"

// How maintenance of each set stands: one row per set, which unlike the history also counts what repeats itself.
namespace strata::log
{

struct Standing
{
    Outcome outcome = Outcome::ok;
    int failures = 0;                  // in a row: failed or deferred
    std::optional<TimestampTz> ok_at;  // the last success before the first failure
    std::optional<TimestampTz> bad_at; // when it last was not ok, and why
    std::string message;
};

// All that are known, by the oid of the set.  A set that never had trouble is not among them.
std::unordered_map<Oid, Standing> read_standings();

// What a run came to.
struct Turn
{
    Oid parent;
    std::string parent_table;
    Outcome outcome;
    Reason reason;
    std::optional<TimestampTz> last_run; // maintenance_last_run before this one
};

// Is there nothing to write, as all was well before as well?
bool is_no_news(Oid parent, Outcome outcome);

// Writes them, and notifies channel pg_strata of each outcome that is another than before.  A row that somebody
// else holds is left alone.  What cannot be written goes to the server log.
void write_turns(const std::vector<Turn> &turns);

// The set is managed no longer.
void forget_standing(Oid parent);

} // namespace strata::log
