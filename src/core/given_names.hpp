#pragma once

#include "core/set.hpp"

#include <set>
#include <string>
#include <string_view>

namespace strata::core
{

// Names that one plan gives away count as taken for the rest of it.
class GivenNames : public Names
{
public:
    explicit GivenNames(const Names &others) : others_(others) {}

    bool taken(std::string_view name) const override { return given_.contains(name) || others_.taken(name); }
    void give(const std::string &name) { given_.insert(name); }

private:
    const Names &others_;
    std::set<std::string, std::less<>> given_;
};

} // namespace strata::core
