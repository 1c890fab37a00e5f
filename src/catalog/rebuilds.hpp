#pragma once

#include "core/hash_layout.hpp"
#include "core/range.hpp"
#include "pg/postgres.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::catalog
{

// A row of the table rebuild: partitions of a set that are being replaced while they are in use (src/rebuild).
struct Rebuild
{
    enum class Phase
    {
        filling,   // the new tables are empty; changes of the old ones are logged
        following, // they have their rows; logged changes are brought there from time to time
        mirroring, // each change is made there as well, by the transaction that makes it
    };
    // One of the old ones.
    struct Source
    {
        Oid table = InvalidOid;
        Oid trigger = InvalidOid;
        Oid key_index = InvalidOid; // all of them have the same columns in the same order
    };
    // One of the new tables.  A range has bounds as literals of the key's type, and as coordinates; not set: open.
    // Partitions of `staged` have none of these here: that table knows them.
    struct Piece
    {
        Oid table = InvalidOid;
        std::optional<std::string> lower = {}, upper = {};
        std::optional<std::int64_t> from = {}, to = {};
        std::optional<core::HashBound> hash = {};
    };

    Oid parent = InvalidOid;
    std::int64_t job = 0;
    Phase phase = Phase::filling;
    std::vector<Source> sources;                   // at least one
    Oid log = InvalidOid;                          // the table of logged keys
    Oid rest = InvalidOid;                         // the new default partition, where one is replaced
    Oid staged = InvalidOid;                       // the new table of which the pieces are partitions, where one is
    std::vector<Piece> pieces;                     // ascending
    std::string definition;                        // a hash of all that must stay as it is, this included
    TransactionId mirrored = InvalidTransactionId; // the last one that wrote logged changes

    const Source *source(Oid table) const; // nullptr: it is none
    std::vector<Oid> new_tables() const;   // that store rows: the pieces and the rest
    std::vector<Oid> tops() const;         // that are partitions of no new table
};

// Reads without SQL and without waiting; nothing where there is none.
std::optional<Rebuild> find_rebuild(Oid source);
std::optional<Rebuild> find_rebuild_of_set(Oid parent);
std::vector<Rebuild> all_rebuilds();

core::Range range_of(const Rebuild::Piece &piece); // all of the axis where it is by hash

// One line that tells all but the definition.
std::string facts_of(const Rebuild &rebuild);

// Throws object_in_use when somebody is about to change rows of the table below its triggers while it is being
// rebuilt: the change would be lost.
void refuse_rebuilt(Oid source);

void insert_rebuild(const Rebuild &rebuild);
void set_rebuild_phase(const Rebuild &rebuild);
void delete_rebuild(Oid parent);

} // namespace strata::catalog
