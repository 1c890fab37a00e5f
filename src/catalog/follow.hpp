#pragma once

#include "catalog/stored_set.hpp"

namespace strata::catalog
{

// Keeps the texts of our tables in step with the catalog.  All of these write as the extension's owner.

// Gives the row of a table the table's present name, key column and owner.  True when something was written.
bool refresh(const StoredSet &set);

// The row must give up its name for another table: refresh, or removal when its own table is gone.
void free_name(const StoredSet &set);

// The DDL that has just run, as seen by an event trigger, and what it dropped.  Nothing is written, and next to
// nothing spent, when no managed table is concerned.  Errors are WARNINGs: the row then waits for reconcile().
void follow_ddl(Node *statement);
void follow_drop(const std::vector<Oid> &relations);

// While one lives, the DROP statements are our own, and whoever drops calls forget() for all of them together,
// which is much cheaper than to follow each.
class OwnDrop
{
public:
    OwnDrop() { depth_++; }
    ~OwnDrop() { depth_--; }
    OwnDrop(const OwnDrop &) = delete;
    OwnDrop &operator=(const OwnDrop &) = delete;

    static bool active() { return depth_ > 0; }

private:
    static inline int depth_ = 0;
};

} // namespace strata::catalog
