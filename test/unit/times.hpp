#pragma once

#include "core/civil.hpp"
#include "core/codec.hpp"
#include "core/error.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <ostream>
#include <string>
#include <type_traits>

// What the tests of the core share: times from text and errors as values.
namespace test
{

using namespace strata::core;

// Wall clock from `2026-11-01`, `2026-11-01 13:30` or `2026-11-01 13:30:15`.
inline Coordinate civil(const std::string &text)
{
    CivilTime time;
    int year = 0;
    const int fields = std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &year, &time.month, &time.day, &time.hour,
                                   &time.minute, &time.second);
    if (fields != 3 && fields != 5 && fields != 6)
    {
        FAIL("not a time: " << text);
    }
    time.year = year;
    return to_civil_micros(time);
}

inline const UtcZone &utc()
{
    static const UtcZone zone;
    return zone;
}

// Runs `f`, which must throw core::Error, and returns the error after checking its shape: one line of message, full
// sentences after it.
template <class F>
Error raised(F f)
{
    try
    {
        f();
    }
    catch (const Error &error)
    {
        CHECK(!error.message().empty());
        CHECK(error.message().find('\n') == std::string::npos);
        CHECK(error.message().back() != '.');
        REQUIRE(!error.detail().empty());
        CHECK(error.detail().back() == '.');
        return error;
    }
    FAIL("no error was raised");
    throw std::string("not reached");
}

template <class F>
ErrorKind kind_of(F f)
{
    return raised(f).kind();
}

} // namespace test

// A number says more than Catch's "{?}".
namespace strata::core
{
template <class E, std::enable_if_t<std::is_enum_v<E>, int> = 0>
std::ostream &operator<<(std::ostream &out, E value)
{
    return out << static_cast<int>(value);
}
} // namespace strata::core
