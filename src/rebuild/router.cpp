#include "rebuild/router.hpp"

#include "core/error.hpp"
#include "moving/key_window.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"

namespace strata::rebuild
{

namespace
{

// The row of the rebuild is not what it was.
[[noreturn]] void refuse_spoilt(const catalog::Parent &parent)
{
    throw core::Error{core::ErrorKind::not_in_prerequisite_state,
                      "where rows of table " + parent.quoted() + " belong is not known",
                      "Its row of the table rebuild, or its partition key, is not what it was."};
}

std::size_t position_of(const catalog::Parent &parent, const KeyColumn &column, const std::vector<KeyColumn> &key)
{
    const auto found = std::ranges::find_if(
        key, [&](const KeyColumn &one) { return one.name == column.name && one.type == column.type; });
    if (found == key.end())
        refuse_spoilt(parent);
    return static_cast<std::size_t>(found - key.begin());
}

KeyColumn column_of(const pg::Relation &table, AttrNumber attribute)
{
    const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(table.get()), attribute - 1);
    return {NameStr(column->attname), column->atttypid};
}

class RangeRouter final : public Router
{
public:
    RangeRouter(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const std::vector<KeyColumn> &key)
        : position_(position_of(parent, {parent.key_column, parent.key_type}, key)), pieces_(rebuild.pieces.size())
    {
        std::vector<moving::KeyWindow> windows;
        for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
            windows.emplace_back(parent, piece.lower, piece.upper);
        windows_ = moving::KeyWindows{std::move(windows)};
    }

    std::size_t place_of(const Datum *key) override
    {
        const std::size_t window = windows_.find(key[position_]);
        return window == moving::KeyWindows::none ? pieces_ : window;
    }

private:
    std::size_t position_;
    std::size_t pieces_;
    moving::KeyWindows windows_{std::vector<moving::KeyWindow>{}};
};

class HashRouter final : public Router
{
public:
    HashRouter(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const std::vector<KeyColumn> &key)
        : parent_(parent.oid, AccessShareLock)
    {
        key_ = pg::call(RelationGetPartitionKey, parent_.get());
        for (int i = 0; i < key_->partnatts; i++)
        {
            const AttrNumber attribute = key_->partattrs[i];
            if (attribute == InvalidAttrNumber) // an expression, which no unique key has
                refuse_spoilt(parent);
            positions_.push_back(position_of(parent, column_of(parent_, attribute), key));
        }
        for (const catalog::Rebuild::Piece &piece : rebuild.pieces)
        {
            if (!piece.hash || piece.hash->modulus < 1)
                refuse_spoilt(parent);
            bounds_.push_back(*piece.hash);
        }
    }

    std::size_t place_of(const Datum *key) override
    {
        Datum values[PARTITION_MAX_KEYS];
        bool nulls[PARTITION_MAX_KEYS] = {};
        for (std::size_t i = 0; i < positions_.size(); i++)
            values[i] = key[positions_[i]];
        const uint64 hash =
            compute_partition_hash_value(key_->partnatts, key_->partsupfunc, key_->partcollation, values, nulls);
        const auto holds = [hash](const core::HashBound &bound) {
            return hash % static_cast<uint64>(bound.modulus) == static_cast<uint64>(bound.remainder);
        };
        return static_cast<std::size_t>(std::find_if(bounds_.begin(), bounds_.end(), holds) - bounds_.begin());
    }

private:
    pg::Relation parent_; // keeps the key
    PartitionKey key_ = nullptr;
    std::vector<std::size_t> positions_; // of the partition key in the unique key
    std::vector<core::HashBound> bounds_;
};

// By the bounds of the partitions that a staged set has, as the server looks them up for a row.
class StagedRouter final : public Router
{
public:
    StagedRouter(const catalog::Parent &parent, const catalog::Rebuild &rebuild, const std::vector<KeyColumn> &key)
        : staged_(rebuild.staged, AccessShareLock), none_(rebuild.pieces.size())
    {
        if (staged_->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
            refuse_spoilt(parent);
        pg::call([&] {
            key_ = RelationGetPartitionKey(staged_.get());
            partitions_ = RelationGetPartitionDesc(staged_.get(), false);
        });
        // One column, as all levels have it.
        if (key_->partnatts != 1 || key_->partattrs[0] == InvalidAttrNumber)
            refuse_spoilt(parent);
        position_ = position_of(parent, column_of(staged_, key_->partattrs[0]), key);
        for (int i = 0; i < partitions_->nparts; i++)
        {
            const auto found = std::find_if(rebuild.pieces.begin(), rebuild.pieces.end(),
                                            [&](const auto &piece) { return piece.table == partitions_->oids[i]; });
            places_.push_back(static_cast<std::size_t>(found - rebuild.pieces.begin()));
        }
    }

    std::size_t place_of(const Datum *key) override
    {
        if (partitions_->nparts == 0)
            return none_;
        const PartitionBoundInfoData &bounds = *partitions_->boundinfo;
        const int bounded = index_of(bounds, key[position_]);
        const int index = bounded < 0 ? bounds.default_index : bounded;
        return index < 0 ? none_ : places_[static_cast<std::size_t>(index)];
    }

private:
    // Rows of a unique key have no NULL in it.  Negative: none but the default partition.
    int index_of(const PartitionBoundInfoData &bounds, Datum value) const
    {
        auto *info = const_cast<PartitionBoundInfoData *>(&bounds);
        bool equal = false, null = false;
        switch (key_->strategy)
        {
        case PARTITION_STRATEGY_HASH: {
            const uint64 hash =
                compute_partition_hash_value(1, key_->partsupfunc, key_->partcollation, &value, &null);
            return bounds.indexes[hash % static_cast<uint64>(bounds.nindexes)];
        }
        case PARTITION_STRATEGY_LIST: {
            const int at = partition_list_bsearch(key_->partsupfunc, key_->partcollation, info, value, &equal);
            return at >= 0 && equal ? bounds.indexes[at] : -1;
        }
        default:
            return bounds.indexes[1 + partition_range_datum_bsearch(key_->partsupfunc, key_->partcollation, info, 1,
                                                                    &value, &equal)];
        }
    }

    pg::Relation staged_; // keeps key and partitions
    PartitionKey key_ = nullptr;
    PartitionDesc partitions_ = nullptr;
    std::size_t none_;
    std::size_t position_ = 0;        // of the partition key in the unique key
    std::vector<std::size_t> places_; // among the pieces, of each partition
};

} // namespace

std::unique_ptr<Router> make_router(const catalog::Parent &parent, const catalog::Rebuild &rebuild,
                                    const std::vector<KeyColumn> &key)
{
    if (OidIsValid(rebuild.staged))
        return std::make_unique<StagedRouter>(parent, rebuild, key);
    if (parent.strategy == PARTITION_STRATEGY_HASH)
        return std::make_unique<HashRouter>(parent, rebuild, key);
    return std::make_unique<RangeRouter>(parent, rebuild, key);
}

} // namespace strata::rebuild
