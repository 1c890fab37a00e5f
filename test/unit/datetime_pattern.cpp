#include "core/datetime_pattern.hpp"

#include "times.hpp"

using namespace test;

TEST_CASE("patterns render as to_char renders them", "[datetime_pattern]")
{
    const CivilTime time{2026, 3, 5, 13, 4, 9, 87'654}; // a Thursday, week 10
    struct Row
    {
        const char *pattern;
        const char *text; // from SELECT to_char('2026-03-05 13:04:09.087654'::timestamp, pattern)
    };
    for (const Row &row : {Row{"YYYYMMDD", "20260305"},
                           Row{"YYYYMMDD_HH24MISS", "20260305_130409"},
                           Row{"YYYY_MM_DD", "2026_03_05"},
                           Row{"YYYY\"w\"IW", "2026w10"},
                           Row{"IYYY\"w\"IW", "2026w10"},
                           Row{"YYYY\"q\"Q", "2026q1"},
                           Row{"yyyymmdd_hh24mi", "20260305_1304"},
                           Row{"YYY YY Y", "026 26 6"},
                           Row{"IYY IY I", "026 26 6"},
                           Row{"HH12 HH AM am PM pm", "01 01 PM pm PM pm"},
                           Row{"DDD D ID IDDD", "064 5 4 067"},
                           Row{"MS US SSSS SSSSS", "087 087654 47049 47049"},
                           Row{"WW W", "10 1"},
                           Row{"MON Mon mon", "MAR Mar mar"},
                           Row{"MONTH|Month|month|", "MARCH    |March    |march    |"},
                           Row{"FMMONTH|FMMonth|FMmonth|", "MARCH|March|march|"},
                           Row{"DAY|Day|day|", "THURSDAY |Thursday |thursday |"},
                           Row{"DY Dy dy", "THU Thu thu"},
                           Row{"FMMM_FMDD_FMHH24", "3_5_13"},
                           Row{"FMDDD_DDD", "64_064"},
                           Row{"_-.x\"DD\"v", "_-.xDDv"},
                           Row{"\"open DD", "open DD"},
                           Row{"", ""}})
    {
        INFO(row.pattern);
        CHECK(render_datetime(row.pattern, time) == row.text);
    }
    CHECK(render_datetime("HH12 AM", {2026, 1, 1, 0, 0, 0, 0}) == "12 AM");
    CHECK(render_datetime("HH am", {2026, 1, 1, 12, 0, 0, 0}) == "12 pm");
    CHECK(render_datetime("IYYY-IW", {2027, 1, 1, 0, 0, 0, 0}) == "2026-53");
    CHECK(render_datetime("YYYY", {-43, 3, 15, 0, 0, 0, 0}) == "0044");
    CHECK(render_datetime("YYYY", {12026, 3, 15, 0, 0, 0, 0}) == "12026");
    CHECK(render_datetime("Month", {2026, 9, 1, 0, 0, 0, 0}) == "September");
}

TEST_CASE("patterns that names cannot use are refused", "[datetime_pattern]")
{
    for (const char *pattern : {"YYYYMMDD", "YYYY\"TZ\"MM", "YYYY\"w\"IW", "x_YYYY", "\"TZ", "FMMM"})
    {
        validate_datetime_pattern(pattern);
    }
    struct Row
    {
        const char *pattern;
        const char *keyword;
    };
    for (const Row &row : {Row{"YYYYMMDD TZ", "TZ"}, Row{"YYYY BC", "BC"}, Row{"J", "J"}, Row{"YYYYrm", "RM"},
                           Row{"DDth", "th"}, Row{"TMMonth", "TM"}, Row{"Y,YYY", "Y,YYY"}})
    {
        INFO(row.pattern);
        const Error error = raised([&] { validate_datetime_pattern(row.pattern); });
        CHECK(error.kind() == ErrorKind::feature_not_supported);
        CHECK(error.message() == "datetime_string \"" + std::string(row.pattern) + "\" has the pattern \"" +
                                     row.keyword + "\", which cannot be part of a name");
        CHECK(!error.hint().empty());
    }
    CHECK(kind_of([] { validate_datetime_pattern(""); }) == ErrorKind::invalid_argument);
}
