#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace strata::core
{

// PostgreSQL's NAMEDATALEN - 1.
constexpr std::size_t max_name_bytes = 63;

// The longest prefix of `text` of at most `bytes` bytes that ends at a UTF-8 character boundary.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);

// base + suffix with the base cut so that the suffix fits whole.  Error{name_too_long} when the suffix alone does
// not.
std::string fit(std::string_view base, std::string_view suffix, std::size_t max = max_name_bytes);

// As fit, but a base that has to be cut ends in `_` and 8 hex digits of its hash, so that two long bases with one
// prefix differ; without room for the hash it is fit.
std::string fit_hashed(std::string_view base, std::string_view suffix, std::size_t max = max_name_bytes);

// `wanted`, or with the first of _2, _3, ... that is not taken; cut before that suffix to stay within 63 bytes.
std::string free_name(std::string_view wanted, const std::function<bool(std::string_view)> &taken);

// 64-bit FNV-1a, the hash of names and of plans.
class Fnv1a
{
public:
    void add(std::string_view bytes);
    void add(std::int64_t number);
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 14695981039346656037ULL;
};

} // namespace strata::core
