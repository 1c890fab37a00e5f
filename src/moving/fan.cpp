#include "moving/fan.hpp"

#include "pg/guard.hpp"

namespace strata::moving
{

namespace
{

constexpr int rows_together = 500;
constexpr Size bytes_together = Size{128} * 1024;

} // namespace

struct Fan::Table
{
    explicit Table(Oid oid) : relation(oid, AccessExclusiveLock) {}

    pg::Relation relation;
    MemoryContext memory = nullptr; // of storing, emptied each time
    BulkInsertState bulk = nullptr;
    std::array<TupleTableSlot *, rows_together> rows{};
    int waiting = 0;
    Size bytes = 0;
};

Fan::Fan(const std::vector<Oid> &tables, KeyWindows windows, RowKey keys, bool frozen)
    : windows_(std::move(windows)), keys_(std::move(keys)),
      options_(TABLE_INSERT_SKIP_FSM | (frozen ? TABLE_INSERT_FROZEN : 0)),
      command_(pg::call(GetCurrentCommandId, true))
{
    tables_.reserve(tables.size());
    for (const Oid oid : tables)
    {
        tables_.push_back(std::make_unique<Table>(oid));
        Table &table = *tables_.back();
        pg::call([&table] {
            table.memory =
                AllocSetContextCreate(CurrentMemoryContext, "pg_strata rows to store", ALLOCSET_DEFAULT_SIZES);
            table.bulk = GetBulkInsertState();
        });
    }
}

Fan::~Fan() = default;

void Fan::store(Table &table) const
{
    if (table.waiting == 0)
        return;
    MemoryContext const before = MemoryContextSwitchTo(table.memory);
    table_multi_insert(table.relation.get(), table.rows.data(), table.waiting, command_, options_, table.bulk);
    MemoryContextSwitchTo(before);
    MemoryContextReset(table.memory);
    for (int i = 0; i < table.waiting; i++)
        ExecClearTuple(table.rows[static_cast<std::size_t>(i)]);
    table.waiting = 0;
    table.bytes = 0;
}

bool Fan::put(TupleTableSlot *row)
{
    const auto key = keys_.of(row);
    if (!key)
        return false;
    const std::size_t index = windows_.find(*key);
    if (index == KeyWindows::none)
        return false;
    Table *const table = tables_[index].get();
    TupleTableSlot *&place = table->rows[static_cast<std::size_t>(table->waiting)];
    if (place == nullptr)
        place = table_slot_create(table->relation.get(), nullptr);
    ExecCopySlot(place, row);
    table->bytes += static_cast<Size>(ExecFetchSlotHeapTuple(place, true, nullptr)->t_len);
    table->waiting++;
    if (table->waiting == rows_together || table->bytes >= bytes_together)
        store(*table);
    return true;
}

void Fan::finish()
{
    for (const auto &table : tables_)
        pg::call([&] {
            store(*table);
            for (TupleTableSlot *row : table->rows)
                if (row != nullptr)
                    ExecDropSingleTupleTableSlot(row);
            FreeBulkInsertState(table->bulk);
            table_finish_bulk_insert(table->relation.get(), options_);
            MemoryContextDelete(table->memory);
        });
    tables_.clear();
}

} // namespace strata::moving
