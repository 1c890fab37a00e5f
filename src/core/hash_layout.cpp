#include "core/hash_layout.hpp"

#include "core/error.hpp"
#include "core/given_names.hpp"
#include "core/naming.hpp"
#include "core/value_list.hpp"

#include <algorithm>
#include <set>

namespace strata::core
{

namespace
{

constexpr std::string_view remainder_token = "{remainder}";

ValueTemplate template_of(std::string_view text)
{
    return ValueTemplate::parse(text, remainder_token);
}

// Walks down the moduli from one remainder, as far as partitions divide it.
class Search
{
public:
    Search(const std::vector<HashBound> &present, std::int32_t modulus) : present_(present)
    {
        std::set<std::int32_t> larger;
        for (const HashBound &bound : present)
        {
            if (bound.modulus > modulus)
            {
                larger.insert(bound.modulus);
            }
        }
        moduli_.assign(larger.begin(), larger.end());
    }

    void look(const HashBound &wanted, std::size_t level)
    {
        std::vector<HashBound> inside;
        for (const HashBound &bound : present_)
        {
            if (!overlap(bound, wanted))
            {
                continue;
            }
            if (bound.modulus <= wanted.modulus)
            {
                return; // holds all of it
            }
            inside.push_back(bound);
        }
        if (inside.empty() || level == moduli_.size())
        {
            found_.push_back(wanted);
            return;
        }
        const std::int32_t next = moduli_[level];
        for (std::int32_t remainder = wanted.remainder; remainder < next; remainder += wanted.modulus)
        {
            look({next, remainder}, level + 1);
        }
    }

    std::vector<HashBound> take() { return std::move(found_); }

private:
    const std::vector<HashBound> &present_;
    std::vector<std::int32_t> moduli_;
    std::vector<HashBound> found_;
};

Finding unfit(const HashConfig &config, const std::vector<HashBound> &present)
{
    const auto other = std::find_if(present.begin(), present.end(),
                                    [&](const HashBound &bound) { return !fits(config.modulus, {bound}); });
    return {Finding::Severity::warning,
            "the modulus of table \"" + config.schema + "." + config.table + "\" does not fit its partitions",
            "It is " + std::to_string(config.modulus) + ", and a partition is " + hash_text(*other) +
                ".  Of two moduli one must divide the other.",
            "Set modulus in partman.part_config to one that fits."};
}

std::uint64_t fingerprint_of(const std::vector<HashBound> &present, const std::vector<NewHashPartition> &creates)
{
    Fnv1a hash;
    for (const HashBound &bound : present)
    {
        hash.add(hash_text(bound));
    }
    for (const NewHashPartition &partition : creates)
    {
        hash.add(partition.name);
        hash.add(hash_text(partition.bound));
    }
    return hash.value();
}

} // namespace

std::string hash_text(const HashBound &bound)
{
    return "WITH (modulus " + std::to_string(bound.modulus) + ", remainder " + std::to_string(bound.remainder) +
           ")";
}

bool overlap(const HashBound &a, const HashBound &b)
{
    const std::int32_t smaller = std::min(a.modulus, b.modulus);
    return a.remainder % smaller == b.remainder % smaller;
}

void check_modulus(std::int32_t modulus)
{
    constexpr std::int32_t largest = 100000;
    if (modulus < 1 || modulus > largest)
    {
        throw Error{ErrorKind::invalid_argument, "modulus must be between 1 and " + std::to_string(largest),
                    "It is " + std::to_string(modulus) + ".", "It is the number of partitions; 8 to 64 are usual."};
    }
}

bool fits(std::int32_t modulus, const std::vector<HashBound> &present)
{
    return std::all_of(present.begin(), present.end(), [&](const HashBound &bound) {
        return bound.modulus % modulus == 0 || modulus % bound.modulus == 0;
    });
}

std::vector<HashBound> missing_bounds(const std::vector<HashBound> &present, std::int32_t modulus)
{
    if (!fits(modulus, present))
    {
        return {};
    }
    Search search{present, modulus};
    for (std::int32_t remainder = 0; remainder < modulus; remainder++)
    {
        search.look({modulus, remainder}, 0);
    }
    return search.take();
}

void check_hash_template(std::string_view text)
{
    (void) template_of(text);
}

std::string name_for(const HashConfig &config, const HashBound &bound, const Names &names)
{
    const std::string wanted =
        template_of(config.name_template ? std::string_view(*config.name_template) : default_hash_template)
            .render(config.table, {std::to_string(bound.remainder)});
    return free_name(wanted, [&](std::string_view name) { return names.taken(name); });
}

std::vector<NewHashPartition> missing_partitions(const HashConfig &config, const std::vector<HashBound> &present,
                                                 const Names &names)
{
    std::vector<NewHashPartition> missing;
    GivenNames given{names};
    for (const HashBound &bound : missing_bounds(present, config.modulus))
    {
        missing.push_back({name_for(config, bound, given), bound});
        given.give(missing.back().name);
    }
    return missing;
}

HashPlan plan_remainders(const HashConfig &config, const std::vector<HashBound> &present, Coordinate now,
                         const Names &names, bool unattended)
{
    HashPlan plan;
    if (!fits(config.modulus, present))
    {
        plan.findings.push_back(unfit(config, present));
    }
    const MakingNow making = making_now(config.making, now, unattended);
    plan.next_due = making.next;
    if (making.allowed)
    {
        plan.creates = missing_partitions(config, present, names);
    }
    plan.fingerprint = fingerprint_of(present, plan.creates);
    return plan;
}

} // namespace strata::core
