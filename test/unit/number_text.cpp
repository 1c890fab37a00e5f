#include "core/number_text.hpp"

#include "times.hpp"

#include <cstdint>
#include <limits>

using namespace test;

TEST_CASE("whole numbers are read as PostgreSQL reads them", "[number_text]")
{
    CHECK(parse_number_step("100000", "interval").width == 100'000);
    CHECK(parse_number_step("  -5 ", "interval").width == -5);
    CHECK(parse_number_step("+7", "interval").width == 7);
    CHECK(parse_number_step("9223372036854775807", "interval").width == std::numeric_limits<std::int64_t>::max());
    CHECK(parse_number_step("-9223372036854775808", "interval").width == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("what is no whole number is refused", "[number_text]")
{
    for (const char *text : {"", " ", "+", "-", "+-5", "++5", "--5", "- 5", "1.0", "1e3", "0x10", "5 days", "\t5"})
    {
        INFO(text);
        const Error error = raised([&] { static_cast<void>(parse_number_step(text, "retention")); });
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.message() == "retention \"" + std::string(text) + "\" is not a whole number");
    }
    CHECK(kind_of([] { static_cast<void>(parse_number_step("9223372036854775808", "interval")); }) ==
          ErrorKind::out_of_range);
}
