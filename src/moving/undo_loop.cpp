#include "core/error.hpp"
#include "features/showing_set.hpp"
#include "features/transactions.hpp"
#include "log/progress.hpp"
#include "moving/undo.hpp"
#include "pg/notice.hpp"
#include "pg/sleep.hpp"

namespace strata::moving
{

void undo_in_loop(const UndoLoop &loop)
{
    const catalog::StoredSet set = managed_set(loop.request.parent_table);
    const log::Progress progress{"undo_partition_proc", set.parent, set.parent_table};
    ProcedureTransactions transactions;
    UndoRequest request = loop.request;
    request.loop_count = 1;
    int batches = 0;
    int partitions = 0;
    std::int64_t rows = 0;
    for (int missed = 0; !loop.loop_count || batches < *loop.loop_count;)
    {
        const Undone done = undo_partition(request);
        transactions.boundary();
        if (done.partitions < 0)
        {
            log::set_rows(static_cast<std::uint64_t>(rows));
            if (++missed > loop.lock_wait_tries)
                throw core::Error{core::ErrorKind::lock_not_available,
                                  "Quitting due to inability to get lock on next batch of rows to be moved",
                                  "It was tried " + std::to_string(missed) + " times.",
                                  "Everything moved so far stays moved."};
            continue;
        }
        missed = 0;
        partitions += done.partitions;
        rows += done.rows;
        if (!loop.quiet)
            pg::notice("Batch " + std::to_string(++batches) + ": Rows moved: " + std::to_string(done.rows) +
                       ", Partitions removed: " + std::to_string(done.partitions));
        else
            batches++;
        if (done.finished || (done.rows == 0 && done.partitions == 0))
            break;
        log::show_phase(log::Phase::pausing);
        if (loop.wait_seconds > 0)
            pg::sleep_ms(loop.wait_seconds * INT64CONST(1000), "PgStrataMovingPause");
    }
    if (!loop.quiet)
        pg::notice("Total partitions removed: " + std::to_string(partitions) +
                   ", total rows moved: " + std::to_string(rows));
    pg::notice("Ensure to VACUUM ANALYZE the old parent & target table after undo has finished");
}

} // namespace strata::moving
