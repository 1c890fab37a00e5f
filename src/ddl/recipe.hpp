#pragma once

namespace strata::ddl
{

// How a partition is made; the result is the same.  partition_of takes ACCESS EXCLUSIVE on the parent and is the
// cheaper one; attach (LIKE, then ATTACH) takes SHARE UPDATE EXCLUSIVE and lets others read and write meanwhile.
enum class Recipe
{
    partition_of,
    attach,
};

struct RecipeFacts
{
    bool parent_has_partitions; // nobody can have stored anything below a parent without partitions
    bool like_copies_more;      // the parent has something that only LIKE gives to a partition
    bool owner_may_create;      // in the schema of the partitions
};

inline Recipe choose_recipe(const RecipeFacts &facts)
{
    bool const direct = !facts.parent_has_partitions && !facts.like_copies_more && facts.owner_may_create;
    return direct ? Recipe::partition_of : Recipe::attach;
}

} // namespace strata::ddl
