#pragma once

#include "catalog/parent.hpp"
#include "catalog/rebuilds.hpp"
#include "moving/inserter.hpp"
#include "pg/relation.hpp"
#include "rebuild/router.hpp"

#include <memory>
#include <vector>

namespace strata::rebuild
{

// One table of a rebuild with its unique key: rows are found by it.
class KeyedTable
{
public:
    // `columns`: the key.  Throws core::Error where the table has no such unique index.
    KeyedTable(Oid table, const std::vector<KeyColumn> &columns, LOCKMODE lock);
    ~KeyedTable();
    KeyedTable(const KeyedTable &) = delete;
    KeyedTable &operator=(const KeyedTable &) = delete;

    ::Relation relation() const { return table_.get(); }

    // The row with this key that the snapshot sees, or nullptr; it stays until the next call.  These call
    // comparison functions, so as the owner and only inside of pg::call.
    TupleTableSlot *find(const Datum *key, Snapshot snapshot);
    // Deletes it; no trigger, no foreign key action.  False: somebody else has.
    bool remove(const Datum *key);

private:
    pg::Relation table_;
    ::Relation index_ = nullptr;
    TupleTableSlot *row_ = nullptr;
    std::vector<ScanKeyData> scan_keys_;
    pg::Scope scope_;
};

// The new tables of a rebuild, and which row of one of the old ones goes where.  The caller acts as their owner,
// and holds that old one so that nobody changes its shape.
class Places
{
public:
    // Locks ROW EXCLUSIVE what it writes to.
    Places(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const catalog::Rebuild::Source &from);
    ~Places();

    const std::vector<KeyColumn> &key_columns() const { return key_columns_; }
    // The key of a row that the source has; the values point into the row.  Only inside of pg::call, as the rest.
    void key_of(TupleTableSlot *row, Datum *key) const;

    void put(TupleTableSlot *row); // of the source
    bool remove(const Datum *key); // false: somebody else has changed it
    void finish();                 // stores what waits; outside of pg::call

private:
    struct Place;
    Place &place_of(const Datum *key);
    KeyedTable &keyed(const Datum *key);
    void check_shape(Oid table) const;
    TupleTableSlot *shaped(TupleTableSlot *row);

    Oid source_;
    bool is_staged_; // others can be made for further rows, from the beginning
    std::vector<KeyColumn> key_columns_;
    std::vector<AttrNumber> key_attributes_; // of the source
    std::vector<AttrNumber> columns_;        // of the source, for each one of the new tables
    std::unique_ptr<Router> router_;
    std::vector<std::unique_ptr<Place>> places_; // the pieces, and then the rest where there is one
    TupleTableSlot *shaped_ = nullptr;
};

} // namespace strata::rebuild
