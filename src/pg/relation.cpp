#include "pg/relation.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/scratch_memory.hpp"
#include "pg/text.hpp"

namespace strata::pg
{

namespace
{

[[noreturn]] void missing_relation(Oid relation)
{
    throw core::Error(core::ErrorKind::undefined_table,
                      "relation with OID " + std::to_string(relation) + " does not exist");
}

} // namespace

Relation::Relation(Oid relation, LOCKMODE lock, HeldUntil held)
    : relation_(call(try_table_open, relation, lock)), released_(held == HeldUntil::scope_end ? lock : NoLock)
{
    if (relation_ == nullptr)
        missing_relation(relation);
}

Relation::~Relation()
{
    if (scope_.must_release())
        table_close(relation_, released_);
}

PartitionDesc partitions_of(::Relation table)
{
    // Where the cache has none, the server leaves the bounds as it has read them behind: megabytes for 10,000.
    ScratchMemory const scratch;
    for (int tries = 1;; ++tries)
    {
        uint64 const news = SharedInvalidMessageCounter;
        PartitionDesc const found = call(RelationGetPartitionDesc, table, true);
        if (news == SharedInvalidMessageCounter || tries == 100)
            return found;
        forget_partitions(RelationGetRelid(table));
    }
}

void forget_partitions(Oid table)
{
    call(RelationCacheInvalidateEntry, table);
}

std::string quote_ident(std::string_view identifier)
{
    std::string const copy(identifier);
    const char *quoted = call(quote_identifier, copy.c_str());
    // What needs no quotes comes back as it went in.
    return quoted == copy.c_str() ? copy : take_string(const_cast<char *>(quoted));
}

std::string quote_literal(std::string_view value)
{
    std::string const copy(value);
    return take_string(call(quote_literal_cstr, copy.c_str()));
}

std::string qualified_name(Oid relation)
{
    std::string const name = relation_name(relation);
    return quote_ident(schema_name(schema_of(relation))) + "." + quote_ident(name);
}

std::string relation_name(Oid relation)
{
    char *name = call(get_rel_name, relation);
    if (name == nullptr)
        missing_relation(relation);
    return take_string(name);
}

std::string schema_name(Oid schema)
{
    char *name = call(get_namespace_name, schema);
    if (name == nullptr)
        throw core::Error(core::ErrorKind::undefined_schema,
                          "schema with OID " + std::to_string(schema) + " does not exist");
    return take_string(name);
}

Oid schema_of(Oid relation)
{
    Oid const schema = call(get_rel_namespace, relation);
    if (!OidIsValid(schema))
        missing_relation(relation);
    return schema;
}

Oid owner_of(Oid relation)
{
    Oid const owner = call([&] {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
        Oid found = InvalidOid;
        if (HeapTupleIsValid(tuple))
        {
            found = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
            ReleaseSysCache(tuple);
        }
        return found;
    });
    if (!OidIsValid(owner))
        missing_relation(relation);
    return owner;
}

bool relation_exists(Oid relation)
{
    return call([&] { return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)) != 0; });
}

Oid find_relation(std::string_view schema, std::string_view name)
{
    Oid const in = find_schema(schema);
    if (!OidIsValid(in))
        return InvalidOid;
    std::string const copy(name);
    return call(get_relname_relid, copy.c_str(), in);
}

Oid find_schema(std::string_view name)
{
    std::string const copy(name);
    return call(get_namespace_oid, copy.c_str(), true);
}

} // namespace strata::pg
