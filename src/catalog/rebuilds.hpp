#pragma once

#include "core/range.hpp"
#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::catalog
{

// A row of the table rebuild: a partition that is being replaced while it is in use (src/rebuild).  Its oid is the
// key, since the trigger that captures its changes has nothing else.
struct Rebuild
{
    enum class Phase
    {
        filling,   // the new tables are empty; changes of the old one are logged
        following, // they have its rows; logged changes are brought there from time to time
        mirroring, // each change is made there as well, by the transaction that makes it
    };
    // One of the new tables.  Bounds as literals of the key's type, and as coordinates; not set: open.
    struct Piece
    {
        Oid table = InvalidOid;
        std::optional<std::string> lower = {}, upper = {};
        std::optional<std::int64_t> from = {}, to = {};
    };

    Oid source = InvalidOid;
    Oid parent = InvalidOid;
    std::int64_t job = 0;
    Phase phase = Phase::filling;
    Oid log = InvalidOid;                          // the table of logged keys
    Oid trigger = InvalidOid;                      // on the source
    Oid key_index = InvalidOid;                    // of the source
    Oid rest = InvalidOid;                         // the new default partition
    std::vector<Piece> pieces;                     // ascending
    std::string definition;                        // a hash of all that must stay as it is, this included
    TransactionId mirrored = InvalidTransactionId; // the last one that wrote logged changes
};

// Reads without SQL and without waiting; nothing where there is none.
std::optional<Rebuild> find_rebuild(Oid source);
std::optional<Rebuild> find_rebuild_of_set(Oid parent);
std::vector<Rebuild> all_rebuilds();

core::Range range_of(const Rebuild::Piece &piece);

// One line that tells all but the definition.
std::string facts_of(const Rebuild &rebuild);

// Throws object_in_use when somebody is about to change rows of the table below its triggers while it is being
// rebuilt: the change would be lost.
void refuse_rebuilt(Oid source);

void insert_rebuild(const Rebuild &rebuild);
void set_rebuild_phase(const Rebuild &rebuild);
void delete_rebuild(Oid source);

} // namespace strata::catalog
