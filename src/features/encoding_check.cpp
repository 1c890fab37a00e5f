#include "features/encoding_check.hpp"

#include "catalog/key_order.hpp"
#include "catalog/partitions.hpp"
#include "core/checked.hpp"
#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "locks/acquire.hpp"
#include "locks/budget.hpp"
#include "pg/guard.hpp"
#include "pg/identity.hpp"
#include "pg/text.hpp"

namespace strata
{

namespace
{

constexpr core::Coordinate century = 36'525 * core::micros_per_day;

class RowCheck
{
public:
    RowCheck(const catalog::Parent &parent, const core::Codec &codec, core::Coordinate now)
        : parent_(parent), codec_(codec), far_(core::add_saturating(now, century))
    {}

    void run()
    {
        std::vector<Datum> sample = catalog::sample_keys(parent_);
        sort(sample);
        std::optional<core::Coordinate> before;
        std::size_t beyond = 0;
        for (const Datum value : sample)
        {
            const core::Decoded decoded = catalog::decoded(value, codec_.key());
            if (decoded.place == core::Decoded::Place::none)
                refuse(value, "is none");
            if (const std::string doubt = catalog::doubt(value, codec_.key()); !doubt.empty())
                refuse(value, doubt);
            // Some of these may mean `for ever`.
            if (decoded.place != core::Decoded::Place::inside || decoded.instant > far_)
            {
                if (++beyond * 2 > sample.size())
                    refuse(value, decoded.place == core::Decoded::Place::inside
                                      ? "would be " + codec_.text(decoded.instant)
                                      : "is beyond all times");
                continue;
            }
            if (before && decoded.instant < *before)
                refuse(value, "is before " + codec_.text(*before) + ", but sorts after it");
            before = decoded.instant;
        }
    }

private:
    void sort(std::vector<Datum> &sample) const
    {
        const catalog::KeyOrder order(parent_);
        pg::call([&] {
            std::sort(sample.begin(), sample.end(), [&](Datum a, Datum b) { return order.compare(a, b) < 0; });
        });
    }

    [[noreturn]] void refuse(Datum value, const std::string &why) const
    {
        throw core::Error{core::ErrorKind::invalid_argument,
                          "rows of table \"" + parent_.text() + "\" do not hold times as " +
                              codec_.key().encoding()->name(),
                          "Value " + catalog::shown(value, parent_.key->type()) + " of column \"" +
                              parent_.key_column + "\" " + why + ".",
                          "Pass another p_codec or p_epoch, or functions as p_time_encoder and p_time_decoder."};
    }

    const catalog::Parent &parent_;
    const core::Codec &codec_;
    core::Coordinate far_;
};

} // namespace

void check_rows(const catalog::Parent &parent, const core::Codec &codec, core::Coordinate now)
{
    if (codec.key().encoding() == nullptr)
        return;
    pg::Settings brief;
    locks::set_timeouts(brief, locks::budget(std::nullopt, std::nullopt).timeout_ms);
    RowCheck{parent, codec, now}.run();
}

void check_encoder(const catalog::Parent &parent, const core::Grid &grid)
{
    const core::Codec &codec = grid.codec();
    const core::Encoding *const encoding = codec.key().encoding();
    if (encoding == nullptr)
        return;
    const ddl::FixedSettings settings;
    const catalog::KeyOrder order(parent);
    std::optional<std::pair<core::Coordinate, Datum>> before;
    for (const std::int64_t step : {-100, -10, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100})
    {
        const core::Coordinate bound = grid.advance_saturating(grid.anchor(), step);
        if (!codec.in_range(bound))
            continue;
        const std::string literal = codec.literal(bound);
        const Datum value = order.parse(literal);
        if (before && pg::call([&] { return order.compare(before->second, value); }) >= 0)
            throw core::Error{
                core::ErrorKind::invalid_argument, encoding->name() + " do not sort like their times",
                "The value of " + codec.text(bound) + " is '" + literal + "', which does not sort after that of " +
                    codec.text(before->first) + ".",
                "The order of the values, in the collation of the partition key, must be the order of "
                "the times."};
        const core::Decoded decoded = catalog::decoded(value, codec.key());
        if (decoded.place != core::Decoded::Place::inside || decoded.instant != bound)
            throw core::Error{
                core::ErrorKind::invalid_argument,
                encoding->name() + " are not decoded as the times they were made of",
                "The value of " + codec.text(bound) + " is '" + literal + "', which is decoded as " +
                    (decoded.place == core::Decoded::Place::inside ? codec.text(decoded.instant) : "no time") + ".",
                "The decoder must return the time that the encoder was given, for each bound of a "
                "partition."};
        before = {bound, value};
    }
}

} // namespace strata
