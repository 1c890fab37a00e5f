#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// How long a lock is held.  Readers give it back: whoever keeps a weak lock and asks for a stronger one later can
// deadlock with the next one who does the same.
enum class HeldUntil
{
    transaction_end,
    scope_end,
};

// An open table, partitioned or not, for the scope.
class Relation
{
public:
    // Waits for the lock within lock_timeout.  Throws core::Error (undefined_table) when there is no such table
    // (any more).
    Relation(Oid relation, LOCKMODE lock, HeldUntil held = HeldUntil::transaction_end);
    ~Relation();
    Relation(const Relation &) = delete;
    Relation &operator=(const Relation &) = delete;

    ::Relation get() const noexcept { return relation_; }
    ::Relation operator->() const noexcept { return relation_; }

private:
    ::Relation relation_;
    LOCKMODE released_;
    Scope scope_;
};

// What the server knows of a table's partitions; the caller has a snapshot, without which one that is being
// detached concurrently is not left out.  The server looks at the catalog and then keeps what it has found, even if
// the news of another partition came in between: that is noticed here.
PartitionDesc partitions_of(::Relation table);

// It must not be older than the lock by which the caller keeps others from attaching and detaching: ATTACH finds no
// overlap with a partition that it does not know.
void forget_partitions(Oid table);

// An identifier, quoted where it needs to be; a string constant, always quoted.
std::string quote_ident(std::string_view identifier);
std::string quote_literal(std::string_view value);

// These throw core::Error (undefined_table, undefined_schema) when the object does not exist.
std::string qualified_name(Oid relation); // quoted: schema.name
std::string relation_name(Oid relation);  // bare
std::string schema_name(Oid schema);      // bare
Oid schema_of(Oid relation);
Oid owner_of(Oid relation);

bool relation_exists(Oid relation);

// By exact names; takes no lock, follows no search_path.  InvalidOid when missing.
Oid find_relation(std::string_view schema, std::string_view name);
Oid find_schema(std::string_view name);

} // namespace strata::pg
