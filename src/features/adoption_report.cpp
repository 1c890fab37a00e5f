#include "features/adoption_report.hpp"

#include "catalog/partitions.hpp"
#include "clock.hpp"
#include "core/remarks.hpp"
#include "features/set_plan.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

// More of the same say no more.
constexpr std::size_t most_next = 20;
constexpr std::size_t most_zones = 5;

class Report
{
public:
    Report(const Adopted &adopted, const AdoptRequest &request) : adopted_(adopted), request_(request) {}

    std::vector<AdoptionRow> rows()
    {
        settings();
        partitions();
        remarks();
        next();
        return std::move(rows_);
    }

private:
    using Text = std::optional<std::string>;

    void add(const char *topic, Text subject, Text value, Text note)
    {
        rows_.push_back({topic, std::move(subject), std::move(value), std::move(note)});
    }

    void settings()
    {
        const catalog::StoredSet &set = adopted_.set;
        add("setting", "control", set.control,
            "the partition key is " + adopted_.parent.key_text() +
                (adopted_.parent.key_not_null ? ""
                                              : "; the column is not NOT NULL, rows without a value need a "
                                                "default partition"));
        add("setting", "partition_interval", set.partition_interval, interval_note());
        if (set.time_zone)
            add("setting", "time_zone", set.time_zone, zone_note());
        add("setting", "anchor", set.anchor, "new bounds are whole intervals away from it");
        add("setting", "name_template", set.name_template, name_note());
        if (set.partition_schema)
            add("setting", "partition_schema", set.partition_schema, "where the newest partition is");
        if (set.retention)
            add("setting", "retention", set.retention,
                set.retention_keep_table ? "given; what is retired is kept as a table of its own"
                                         : "given; what is retired is dropped");
    }

    static std::string count_of(std::size_t number)
    {
        return std::to_string(number) + (number == 1 ? " partition" : " partitions");
    }

    std::string interval_note() const
    {
        const core::Adoption &inferred = adopted_.inferred;
        if (request_.interval)
            return "given";
        if (inferred.with_gaps)
            return "that between the lower bounds of " + count_of(inferred.regular) +
                   ", which end before the next one begins";
        return "that of " + count_of(inferred.regular) + " in a row, up to the newest";
    }

    std::string zone_note() const
    {
        const core::Adoption &inferred = adopted_.inferred;
        if (request_.time_zone)
            return "given";
        if (!inferred.zone_inferred)
            return "that of the session";
        std::string note = "inferred from the bounds";
        if (inferred.other_zones.empty())
            return note;
        note +=
            inferred.other_zones_agree ? "; the same clock as in " : "; these fit too, but will differ from it: ";
        for (std::size_t i = 0; i < std::min(inferred.other_zones.size(), most_zones); ++i)
            note += (i == 0 ? "" : ", ") + inferred.other_zones[i];
        if (inferred.other_zones.size() > most_zones)
            note += " and " + std::to_string(inferred.other_zones.size() - most_zones) + " more";
        return note + (inferred.other_zones_agree ? "" : "; pass p_time_zone if it is one of them");
    }

    std::string name_note() const
    {
        const core::Adoption &inferred = adopted_.inferred;
        if (request_.name_template)
            return "given";
        if (inferred.names_matched == 0)
            return "no pattern was recognised; new partitions are called <table>_p<lower bound>";
        return (adopted_.set.name_template ? "makes the names of " : "<table>_p<lower bound> makes the names of ") +
               std::to_string(inferred.names_matched) + " of " + count_of(inferred.regular);
    }

    void partitions()
    {
        add("partition", std::nullopt, std::to_string(adopted_.state.partitions.size()),
            "partitions are taken over as they are");
        const auto &rest = adopted_.state.default_partition;
        if (rest)
            add("default", pg::qualified_name(rest->oid), std::nullopt,
                catalog::has_rows(rest->oid) ? "has rows: partitions for their ranges cannot be made before they "
                                               "are moved out"
                                             : "has no rows");
        else
            add("default", std::nullopt, std::nullopt, "there is none: rows that fit no partition are refused");
    }

    std::string name_of(std::size_t partition) const
    {
        const core::Partition &found = adopted_.state.partitions[partition];
        return found.schema + "." + found.name;
    }

    std::string bounds_of(const core::Range &range) const
    {
        return core::range_text(range, adopted_.config.codec());
    }

    void remarks()
    {
        for (const core::Remark &remark : core::remarks(adopted_.config, adopted_.state))
        {
            switch (remark.kind)
            {
            case core::Remark::Kind::gap:
                add("gap", std::nullopt, bounds_of(remark.range), remark.text);
                break;
            case core::Remark::Kind::overlap:
                add("overlap", name_of(remark.first) + ", " + name_of(remark.last), bounds_of(remark.range),
                    remark.text);
                break;
            case core::Remark::Kind::odd:
                add("odd",
                    remark.first == remark.last ? name_of(remark.first)
                                                : name_of(remark.first) + " to " + name_of(remark.last) + ", " +
                                                      count_of(remark.last - remark.first + 1),
                    bounds_of(remark.range), (remark.first == remark.last ? "" : "each ") + remark.text);
                break;
            }
        }
        for (std::size_t i = 0; i < adopted_.state.partitions.size(); ++i)
            unlike_others(i);
    }

    // What a new partition will be, some that are there are not.
    void unlike_others(std::size_t i)
    {
        const core::Partition &partition = adopted_.state.partitions[i];
        const char kind = pg::call(get_rel_relkind, partition.oid);
        if (kind == RELKIND_PARTITIONED_TABLE)
            add("odd", name_of(i), bounds_of(partition.range), "is partitioned itself; new partitions will not be");
        if (kind == RELKIND_FOREIGN_TABLE)
            add("odd", name_of(i), bounds_of(partition.range), "is a foreign table; new partitions will not be");
    }

    void next()
    {
        const PlannedSet planned = plan_adopted(adopted_.set, adopted_.parent, adopted_.config, now());
        tell(planned.creates(), "maintenance makes it");
        tell(planned.retires(), "maintenance retires it: ");
        for (const core::Finding &finding : planned.plan.findings)
            add("next", std::nullopt, std::nullopt, finding.message);
    }

    void tell(const std::vector<core::Action> &actions, const std::string &what)
    {
        const std::size_t shown = actions.size() > most_next ? most_next : actions.size();
        for (std::size_t i = 0; i < shown; ++i)
            add("next", actions[i].schema + "." + actions[i].name, bounds_of(actions[i].range),
                actions[i].kind == core::Action::Kind::create ? what : what + actions[i].reason);
        if (shown < actions.size())
            add("next", std::nullopt, std::nullopt, "and " + count_of(actions.size() - shown) + " more like these");
    }

    const Adopted &adopted_;
    const AdoptRequest &request_;
    std::vector<AdoptionRow> rows_;
};

} // namespace

std::vector<AdoptionRow> report(const Adopted &adopted, const AdoptRequest &request)
{
    return Report(adopted, request).rows();
}

} // namespace strata
