#include "core/similar_name.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace strata::core
{

namespace
{

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j)
        {
            std::size_t const replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min(replaced, std::min(row[j], diagonal) + 1);
        }
    }
    return row.back();
}

} // namespace

std::string_view most_similar(std::string_view name, const std::vector<std::string_view> &known)
{
    // Nobody means a name that is much shorter; and a long text must not cost its square.
    name = name.substr(0, 64);
    std::string_view best = known.front();
    std::size_t least = distance(name, best);
    for (const std::string_view candidate : known)
    {
        // At least as many changes as one is longer than the other.
        const std::size_t longer =
            std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
        if (longer >= least)
            continue;
        const std::size_t changes = distance(name, candidate);
        if (changes < least)
        {
            best = candidate;
            least = changes;
        }
    }
    return best;
}

} // namespace strata::core
