#include "core/naming.hpp"

#include "times.hpp"

#include <set>

using namespace test;

TEST_CASE("text is cut at character boundaries", "[naming]")
{
    CHECK(cut_utf8("abc", 5) == "abc");
    CHECK(cut_utf8("abc", 2) == "ab");
    CHECK(cut_utf8("abc", 0).empty());
    CHECK(cut_utf8("aé", 2) == "a"); // é has 2 bytes
    CHECK(cut_utf8("aé", 3) == "aé");
    CHECK(cut_utf8("日本語", 8) == "日本"); // 3 bytes each
    CHECK(cut_utf8("日本語", 6) == "日本");
    CHECK(cut_utf8("😀😀", 7) == "😀"); // 4 bytes each
    CHECK(cut_utf8("\x80\x80\x80", 2).empty());
}

TEST_CASE("a suffix is never cut", "[naming]")
{
    const std::string longest(63, 'a');
    CHECK(fit("events", "_p20260101") == "events_p20260101");
    CHECK(fit(longest, "") == longest);
    CHECK(fit(longest, "_p20260101") == std::string(53, 'a') + "_p20260101");
    CHECK(fit(std::string(53, 'a'), "_p20260101").size() == 63);
    CHECK(fit("abc", "xyz", 3) == "xyz");
    for (std::size_t bytes = 40; bytes < 80; ++bytes)
    {
        std::string base;
        while (base.size() < bytes)
        {
            base += "é";
        }
        const std::string name = fit(base, "_p1");
        CHECK(name.size() <= 63);
        CHECK(name.size() % 2 == 1); // whole characters and the suffix's three bytes
        CHECK(name.substr(name.size() - 3) == "_p1");
    }
    const Error error = raised([] { fit("a", std::string(64, 's')); });
    CHECK(error.kind() == ErrorKind::name_too_long);
    CHECK(error.detail() == "A name has at most 63 bytes.");
}

TEST_CASE("long names that begin alike differ by a hash", "[naming]")
{
    const std::string one = std::string(60, 'a') + "one";
    const std::string two = std::string(60, 'a') + "two";
    CHECK(fit(one, "_p20260101") == fit(two, "_p20260101"));
    CHECK(fit_hashed(one, "_p20260101") != fit_hashed(two, "_p20260101"));
    CHECK(fit_hashed(one, "_p20260101").size() == 63);
    CHECK(fit_hashed(one, "_p20260101").substr(0, 45) == std::string(44, 'a') + "_");
    CHECK(fit_hashed(one, "_p20260101") == fit_hashed(one, "_p20260101"));
    CHECK(fit_hashed("events", "_p1") == "events_p1");
    CHECK(fit_hashed("events", "_p1", 7) == "even_p1"); // no room for a hash
}

TEST_CASE("a taken name gets the first free number", "[naming]")
{
    const std::set<std::string, std::less<>> names{"a", "a_2", "a_3", std::string(63, 'b')};
    const auto taken = [&](std::string_view name) { return names.count(name) > 0; };
    CHECK(free_name("c", taken) == "c");
    CHECK(free_name("a", taken) == "a_4");
    CHECK(free_name(std::string(63, 'b'), taken) == std::string(61, 'b') + "_2");
    const std::string multibyte = std::string(60, 'x') + "語";
    CHECK(free_name(multibyte, [&](std::string_view name) { return name == multibyte; }) ==
          std::string(60, 'x') + "_2");
    CHECK(free_name(std::string(70, 'c'), taken) == std::string(63, 'c'));
}

TEST_CASE("the hash is FNV-1a", "[naming]")
{
    Fnv1a hash;
    CHECK(hash.value() == 0xcbf29ce484222325ULL);
    hash.add(std::string_view("foobar"));
    CHECK(hash.value() == 0x85944171f73967e8ULL);
    Fnv1a number;
    number.add(std::int64_t{0x0000'7261'626F'6F66}); // "foobar" and two zero bytes
    Fnv1a bytes;
    bytes.add(std::string_view("foobar\0\0", 8));
    CHECK(number.value() == bytes.value());
}
