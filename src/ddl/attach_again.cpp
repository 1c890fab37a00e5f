#include "ddl/attach_again.hpp"

#include "core/error.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

void check_same_owner(const catalog::Parent &parent, Oid table)
{
    if (pg::owner_of(table) == parent.owner)
        return;
    throw core::Error(core::ErrorKind::insufficient_privilege,
                      "table " + pg::qualified_name(table) + " belongs to another role than its set",
                      "The owner of the set is \"" + pg::role_name(parent.owner) + "\".",
                      "Give it to him with ALTER TABLE ... OWNER TO.");
}

std::vector<Statement> attach_again(const catalog::Parent &parent, Oid table, const Bound &bound)
{
    const std::string name = pg::qualified_name(table);
    std::vector<Statement> statements{
        {"ALTER TABLE " + parent.quoted() + " ATTACH PARTITION " + name + " " + bound.text}};
    for (const BoundCheck &check : bound_checks(table, bound))
        statements.push_back({"ALTER TABLE " + name + " DROP CONSTRAINT " + pg::quote_ident(check.name)});
    return statements;
}

} // namespace strata::ddl
