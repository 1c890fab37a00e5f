#include "moving/partition_data.hpp"

#include "features/analyze.hpp"
#include "features/capture.hpp"
#include "locks/room.hpp"
#include "log/progress.hpp"
#include "moving/batch.hpp"
#include "moving/data_source.hpp"
#include "moving/portions.hpp"
#include "pg/notice.hpp"
#include "pg/raise.hpp"

namespace strata::moving
{

namespace
{

struct Moved
{
    std::int64_t rows = 0;
    bool made_partitions = false;
};

Moved move_batches(const DataSource &source, const DataRequest &request)
{
    const bool descending = is_descending(request.order);
    Batch batch{source.set, source.table, request.ignored_columns,
                budget_for(source.set.stored, request.lock_wait)};
    Moved moved;
    const std::optional<core::Step> interval = source.is_default ? std::nullopt : request.batch_interval;
    if (interval)
    {
        for (int i = 0; i < request.batch_count; i++)
        {
            const Survey survey = batch.look();
            if (i == 0)
            {
                log::expect_rows(survey.rows());
                report_rest(survey, source.table, source.set.config.key, source.is_default,
                            request.ignore_infinity);
            }
            if (survey.cells.empty())
                break;
            moved.rows += static_cast<std::int64_t>(
                batch.move({first_portion(survey, batch.set().config, *interval, descending)}, false));
        }
    }
    else if (request.batch_count > 0)
    {
        const Survey survey = batch.look();
        report_rest(survey, source.table, source.set.config.key, source.is_default, request.ignore_infinity);
        locks::Room room;
        const std::size_t fits =
            room.take(std::min(static_cast<std::size_t>(request.batch_count), survey.cells.size()),
                      locks::locks_to_create(source.set.parent.oid));
        log::expect_rows(survey.rows_at_end(fits, descending));
        const bool everything = fits == survey.cells.size() && !survey.stays();
        moved.rows = static_cast<std::int64_t>(batch.move(outer_portions(survey, fits, descending), everything));
    }
    moved.made_partitions = batch.made_partitions();
    return moved;
}

std::string parent_name(const DataRequest &request)
{
    return request.parent_table.value_or("<NULL>");
}

} // namespace

std::int64_t partition_data(const char *function, KeyKind kind, const DataRequest &request)
{
    std::optional<DataSource> source;
    auto failure = capture([&] { source.emplace(find_source(function, kind, request)); });
    if (source && !OidIsValid(source->table))
    {
        report_no_source(function);
        return 0;
    }
    std::optional<log::Progress> progress;
    Moved moved;
    if (source)
    {
        progress.emplace(function, source->set.parent.oid, source->set.stored.parent_table);
        failure = capture([&] { moved = move_batches(*source, request); });
    }
    if (failure)
    {
        if (request.lock_wait <= 0 || !is_deferral(*failure))
            pg::raise(failure_of(*failure));
        pg::notice("no rows of table " + parent_name(request) + " were moved: " + failure->message, failure->detail,
                   failure->hint);
        return -1;
    }
    if (request.analyze && moved.made_partitions)
        analyze_parent(source->set.parent, false);
    return moved.rows;
}

} // namespace strata::moving
