#pragma once

#include "catalog/parent.hpp"
#include "ddl/properties.hpp"
#include "ddl/template_table.hpp"

#include <optional>
#include <string>

namespace strata::ddl
{

// The partition that statements are being written for.
struct Child
{
    std::string schema;
    std::string name;

    std::string quoted() const;
    std::string quoted_schema() const;
};

// `USING am WITH (...) TABLESPACE t`, with a blank in front, as CREATE TABLE ends.
std::string table_options(const Properties &properties, const std::optional<TemplateTable> &template_table);

// The index of the child that belongs to an index of the parent: the name that is expected before the child exists,
// and the one that the server has chosen.  Both quoted.
std::string expected_index(const catalog::Parent &parent, const Child &child, Oid parent_index);
std::string actual_index(const Child &child, Oid parent_index);

// The child's extended statistics in that place, in the order in which they were made; qualified and quoted.
std::string actual_statistics(const Child &child, std::size_t place);

} // namespace strata::ddl
