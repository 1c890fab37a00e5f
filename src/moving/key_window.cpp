#include "moving/key_window.hpp"

#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

namespace
{

Datum parse(const std::string &literal, Oid type, int32 typmod)
{
    return pg::call([&] {
        Oid function = InvalidOid;
        Oid parameter = InvalidOid;
        getTypeInputInfo(type, &function, &parameter);
        return OidInputFunctionCall(function, const_cast<char *>(literal.c_str()), parameter, typmod);
    });
}

} // namespace

KeyWindow::KeyWindow(const catalog::Parent &parent, const core::Range &range, const core::Codec &codec)
{
    const ddl::FixedSettings settings;
    const pg::Relation table(parent.oid, AccessShareLock);
    PartitionKey key = pg::call(RelationGetPartitionKey, table.get());
    collation_ = key->partcollation[0];
    compare_ = pg::call([key] {
        auto *copy = static_cast<FmgrInfo *>(palloc(sizeof(FmgrInfo)));
        fmgr_info_copy(copy, &key->partsupfunc[0], CurrentMemoryContext);
        return copy;
    });
    if (range.lower.finite())
        lower_ = parse(codec.literal(range.lower.value), key->parttypid[0], key->parttypmod[0]);
    if (range.upper.finite())
        upper_ = parse(codec.literal(range.upper.value), key->parttypid[0], key->parttypmod[0]);
}

} // namespace strata::moving
