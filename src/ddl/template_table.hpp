#pragma once

#include "catalog/parent.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

struct StorageOptions
{
    std::vector<std::string> table; // name=value, as in pg_class.reloptions
    std::vector<std::string> toast;

    // For WITH ( ) and SET ( ); empty when there are none.
    std::string list() const;
};

StorageOptions read_storage_options(Oid table);

// What the template table of a set says about its partitions: what a partitioned table itself cannot have.
struct TemplateTable
{
    struct UniqueIndex
    {
        std::string definition;    // what follows CREATE UNIQUE INDEX ON child, or ALTER TABLE child ADD
        bool primary_key = false;  // the latter
        bool plain_columns = true; // neither expressions nor a predicate: making it runs no code
    };

    bool unlogged = false;
    StorageOptions storage;
    std::vector<UniqueIndex> indexes; // those that the parent, or the partition, has not
};

// Whether nobody but the owner of the set, or a superuser, says what is in the template.
bool is_trusted_template(Oid template_table, const catalog::Parent &parent);

// Refuses (42501) a template that belongs to somebody whose rights the owner of the set does not have, and indexes
// of other people's templates that run code.  partition: one that is there already, or InvalidOid.
TemplateTable read_template(Oid template_table, const catalog::Parent &parent, Oid partition = InvalidOid);

} // namespace strata::ddl
