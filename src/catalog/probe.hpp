#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// What our tables know of a relation, found by index: what every statement of a user's DDL pays.
struct Known
{
    bool set = false;       // the parent of a managed set
    bool partition = false; // a partition that we made or adopted

    bool any() const { return set || partition; }
};

// One answer per relation.  Never waits: where somebody has locked our tables, nothing is known.
std::vector<Known> probe(const std::vector<Oid> &relations);

// Is the text the template_table of some set?
bool is_template(const std::string &table);
// Its retention_archive_table?
bool is_archive(const std::string &table);

} // namespace strata::catalog
