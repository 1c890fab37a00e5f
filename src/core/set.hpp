#pragma once

#include "core/align.hpp"
#include "core/codec.hpp"
#include "core/grid.hpp"
#include "core/range.hpp"
#include "core/step.hpp"
#include "core/week.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core
{

// What the user wants of one partitioned table: a row of part_config, read and resolved by the shell.
struct SetConfig
{
    std::string schema; // of the parent; its partitions are made there too
    std::string table;
    Key key = KeyType::timestamptz;
    const Zone *zone = nullptr; // never null; must outlive the config
    Step step;
    std::shared_ptr<const Cells> cells; // the bounds, where they follow no step: the step is about their distance
    bool list = false;                  // partitions of single ids: the step is 1
    std::optional<Coordinate> anchor;   // a bound of the grid; not set: taken from the existing partitions
    std::int32_t premake = 4;           // 1..100000
    std::optional<Coordinate> start_at; // nothing is made before; see beginning.hpp
    std::optional<Coordinate> set_up_from; // from here on partitions of the set-up may be missing

    std::optional<TruncUnit> trunc_unit;        // date_trunc_interval
    std::optional<std::string> datetime_string; // not set: by the step
    std::optional<std::string> name_template;   // wins over datetime_string

    std::optional<Step> retention; // not set: keep for ever
    bool keep_table = true;
    bool keep_index = true;
    std::optional<std::string> retention_schema;
    std::optional<std::string> archive_table; // what is retired is attached to this one
    std::optional<TimeStep> drop_after;       // how long what is retired is kept; not set: as keep_table says
    bool delete_referencing = false;          // rows of other tables that refer to what is retired go with it
    std::optional<std::int32_t> retention_keep_last;    // at least so many partitions stay, however old
    std::optional<double> retention_max_fraction = 0.5; // the brake; not set: off
    bool retention_confirmed = false;                   // a person has let the brake go

    bool infinite = true;            // time: the clock drives creation, ids: the rate does, not only the data
    bool ignore_default_data = true; // rows in the default partition do not count as data
    bool create_enabled = true;
    bool convert_enabled = true; // what waits may be partitioned itself, also where nothing more is to be made
    bool retire_enabled = true;
    std::optional<Coordinate> paused_until; // instant; nothing is planned before
    std::optional<Window> create_window;    // when partitions may be made while nobody is looking; not set: always
    std::optional<Window> retire_window;    // likewise retired
    std::optional<Step> future_limit;       // data further ahead never steers; not set: see future_bound()

    bool is_sub_partition = false;
    bool partitions_are_sets = false; // looked up only where retention would take the last one
    Range bounds = Range::full(); // of the parent itself when it is a partition of a parent with this kind of key

    Codec codec() const { return {key, *zone, list}; }
};

enum class Provenance
{
    made,    // by this extension
    adopted, // found when the set was taken over
    foreign, // attached by somebody since: never retired
};

// How a partition leaves its set.
enum class WayOut
{
    drop,
    detach,
    move,    // to the retention schema
    archive, // to the archive table, as a partition of that one
};

struct Partition
{
    std::uint32_t oid = 0;
    std::string schema;
    std::string name;
    Range range;
    Provenance provenance = Provenance::made;
    bool referenced = false;          // a foreign key refers to it
    bool held = false;                // somebody wants it to stay
    std::optional<WayOut> asked = {}; // somebody wants it to go, whatever the retention says
    bool waits = false;               // a plain table that is to be partitioned itself, like those beside it
};

// A partition that was retired and kept.
struct Retired
{
    std::uint32_t oid = 0;
    std::string schema;
    std::string name;
    std::string bound;                  // as after FOR VALUES
    Coordinate detached_at = 0;         // instant
    std::optional<Coordinate> drop_due; // instant; not set: it is kept for ever
    bool held = false;
};

// One that is out of the set, but not yet where it was to go.
struct Unsettled
{
    Retired table; // its drop_due is of no meaning
    WayOut intended;
    Range range;
    bool asked = false; // by somebody, not by the retention
};

// A partition whose DETACH ... CONCURRENTLY was begun and has not ended.  Queries do not see it any more, and
// nothing else can be made of its range.
struct PendingDetach
{
    Partition partition;
    std::optional<WayOut> intended; // when we have begun it; not set: somebody did so by hand
    bool asked = false;             // we have begun it since somebody asked for it
};

// What the catalog and the data say.
struct SetState
{
    std::vector<Partition> partitions;          // sorted by range, without the default
    std::optional<Partition> default_partition; // its range is of no meaning
    std::vector<Retired> retired;               // may be left out where the configuration has no drop_after
    std::optional<PendingDetach> pending;       // not among the partitions
    std::vector<Unsettled> unsettled;           // likewise

    // The newest partition that has a row.  Time sets: look only at partitions whose lower bound is not beyond
    // future_bound(); a newer one with rows goes to newest_outlier.
    std::optional<std::size_t> newest_with_data;
    std::optional<std::size_t> newest_outlier;
    std::optional<Coordinate> newest_value;      // ids: max(control) outside of the default
    std::optional<Coordinate> newest_in_default; // max(control) in the default; may be left out if it is ignored
    std::int64_t expected_growth = 0;            // ids: how many the observed rate uses until the next run
};

// Which names are in use in the parent's schema.  Implemented by the shell on the catalog.
class Names
{
public:
    virtual ~Names() = default;
    virtual bool taken(std::string_view name) const = 0;
};

// Throws when settings contradict each other or are out of range: step, premake, retention, future limit,
// keep_last, fraction, datetime_string.  (name_template: see NameTemplate.)
void validate_config(const SetConfig &config);

// The ranges of the partitions, in order.
std::vector<Range> ranges_of(const SetState &state);

// The set's grid.  Without a stored anchor it continues the newest partition that is exactly one step wide, or else
// starts at the newest finite bound; an empty set is aligned by align() at `now` (ids: at zero).
Grid grid_of(const SetConfig &config, const SetState &state, Coordinate now);

} // namespace strata::core
