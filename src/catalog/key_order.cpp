#include "catalog/key_order.hpp"

#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::catalog
{

KeyOrder::KeyOrder(const Parent &parent)
{
    const pg::Relation table(parent.oid, AccessShareLock, pg::HeldUntil::scope_end);
    PartitionKey key = pg::call(RelationGetPartitionKey, table.get());
    collation_ = key->partcollation[0];
    type_ = key->parttypid[0];
    typmod_ = key->parttypmod[0];
    compare_ = pg::call([key] {
        auto *copy = static_cast<FmgrInfo *>(palloc(sizeof(FmgrInfo)));
        fmgr_info_copy(copy, &key->partsupfunc[0], CurrentMemoryContext);
        return copy;
    });
}

Datum KeyOrder::parse(const std::string &literal) const
{
    return pg::call([&] {
        Oid function = InvalidOid;
        Oid parameter = InvalidOid;
        getTypeInputInfo(type_, &function, &parameter);
        return OidInputFunctionCall(function, const_cast<char *>(literal.c_str()), parameter, typmod_);
    });
}

} // namespace strata::catalog
