#include "moving/portions.hpp"

#include "core/error.hpp"
#include "core/grid.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"

namespace strata::moving
{

using core::Error;
using core::ErrorKind;

// What stays although it was asked to be moved.
void report_rest(const Survey &survey, Oid source, const core::Key &key, bool from_default, bool ignore_infinity)
{
    const std::string table = pg::qualified_name(source);
    if (survey.null > 0 && !from_default)
        throw Error{ErrorKind::not_null_violation,
                    std::to_string(survey.null) + " rows of table " + table +
                        " have no value in the control column",
                    "They, and those without a value in a further column of the partition key, belong to no "
                    "partition but the "
                    "default one.",
                    "Give them a value, or insert them with SQL and delete them here."};
    if (survey.early > 0)
        pg::warning(std::to_string(survey.early) + " rows of table " + table +
                        " stay: no partition is made before start_at",
                    "They are older than part_config.start_at of the set.",
                    "Set start_at to an earlier value, or to NULL, to have them moved.");
    if (survey.infinite > 0 && core::axis_of(key) == core::Axis::number)
        pg::warning(std::to_string(survey.infinite) + " rows of table " + table +
                        " stay: their number is beyond the range of bigint",
                    "The bounds of partitions are bigints.");
    else if (survey.infinite > 0 && key.encoding() != nullptr)
        pg::warning(std::to_string(survey.infinite) + " rows of table " + table + " stay: they hold no time",
                    "The control column holds times as " + key.encoding()->name() + ".");
    else if (survey.infinite > 0 && !ignore_infinity)
        pg::warning(std::to_string(survey.infinite) + " rows of table " + table + " stay: their time is infinite",
                    "No partition of the set's interval can hold them.",
                    "Pass p_ignore_infinity := true if that is as it should be.");
}

// The next rows in order, not more than the interval.
Portion first_portion(const Survey &survey, const core::SetConfig &config, const core::Step &interval,
                      bool descending)
{
    const Cell &cell = descending ? survey.cells.back() : survey.cells.front();
    Portion portion{cell.range, cell.range};
    core::Coordinate reach = core::shift_saturating(config.codec(), descending ? cell.greatest : cell.least,
                                                    interval, descending ? -1 : 1);
    if (descending && core::axis_of(config.key) == core::Axis::number)
        reach++; // a batch of ten ids is ten ids in both directions
    if (cell.range.contains(reach))
        (descending ? portion.rows.lower : portion.rows.upper) = core::Bound::at(reach);
    return portion;
}

// So many partitions from one end, ascending.
std::vector<Portion> outer_portions(const Survey &survey, std::size_t count, bool descending)
{
    const std::size_t all = survey.cells.size();
    const std::size_t first = descending ? all - std::min(all, count) : 0;
    std::vector<Portion> portions;
    for (std::size_t i = first; i < all && portions.size() < count; i++)
        portions.push_back({survey.cells[i].range, survey.cells[i].range});
    return portions;
}

void report_no_source(const char *function)
{
    pg::notice("No default table found when " + std::string(function) + "() was called");
}

} // namespace strata::moving
