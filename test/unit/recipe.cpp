#include "ddl/recipe.hpp"

#include <catch2/catch.hpp>

using strata::ddl::choose_recipe;
using strata::ddl::Recipe;

TEST_CASE("PARTITION OF is for a parent without partitions that has nothing that only LIKE copies")
{
    CHECK(choose_recipe({.parent_has_partitions = false, .like_copies_more = false, .owner_may_create = true}) ==
          Recipe::partition_of);
    CHECK(choose_recipe({.parent_has_partitions = true, .like_copies_more = false, .owner_may_create = true}) ==
          Recipe::attach);
    CHECK(choose_recipe({.parent_has_partitions = false, .like_copies_more = true, .owner_may_create = true}) ==
          Recipe::attach);
    CHECK(choose_recipe({.parent_has_partitions = false, .like_copies_more = false, .owner_may_create = false}) ==
          Recipe::attach);
}
