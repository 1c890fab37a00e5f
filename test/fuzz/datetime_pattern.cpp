#include "core/datetime_pattern.hpp"

#include "core/error.hpp"
#include "core/time_reader.hpp"

#include "input.hpp"

#include <algorithm>

// Patterns of to_char() for the suffixes of names.
namespace fuzz
{

namespace
{

bool usable(const std::string &pattern)
{
    try
    {
        validate_datetime_pattern(pattern);
        return true;
    }
    catch (const Error &error)
    {
        HOLDS(error.kind() == (pattern.empty() ? ErrorKind::invalid_argument : ErrorKind::feature_not_supported));
        return false;
    }
}

} // namespace

void one(Input &input)
{
    const Coordinate x = input.between(0, Codec(KeyType::timestamp, utc()).highest());
    const CivilTime time = to_civil_time(x);
    if (time.year <= 9999)
    {
        HOLDS(read_time(render_datetime("YYYY-MM-DD HH24:MI:SS.US", time)) == x);
    }
    std::string pattern = input.rest();
    const std::string text = render_datetime(pattern, time);
    const bool valid = usable(pattern);

    // Text in quotes is text.
    std::string plain = pattern;
    std::erase(plain, '"');
    HOLDS(render_datetime('"' + plain + '"', time) == plain);
    HOLDS(plain.empty() || usable('"' + plain + '"'));

    // What stands in front of a quoted text is not changed by it.
    if (std::count(pattern.begin(), pattern.end(), '"') % 2 == 0)
    {
        HOLDS(render_datetime(pattern + "\"MM_\"", time) == text + "MM_");
        HOLDS(pattern.empty() || usable(pattern + "\"TZ\"") == valid);
    }
    else
    {
        HOLDS(render_datetime(pattern + "YYYY", time) == text + "YYYY");
    }

    // Without letters and quotes nothing is a keyword.
    std::erase_if(pattern, [](unsigned char c) { return std::isalpha(c) != 0 || c == '"'; });
    HOLDS(render_datetime(pattern, time) == pattern);
    HOLDS(pattern.empty() || usable(pattern));
}

} // namespace fuzz
