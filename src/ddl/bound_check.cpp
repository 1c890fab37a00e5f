#include "ddl/bound_check.hpp"

#include "core/error.hpp"
#include "ddl/owner_scope.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

namespace
{

// The grammar knows bounds only as a part of ATTACH PARTITION.
PartitionBoundSpec *parse_bound(const char *statement)
{
    List *parsed = raw_parser(statement, RAW_PARSE_DEFAULT);
    if (list_length(parsed) != 1)
        return nullptr;
    Node *node = linitial_node(RawStmt, parsed)->stmt;
    if (!IsA(node, AlterTableStmt) || list_length(castNode(AlterTableStmt, node)->cmds) != 1)
        return nullptr;
    auto *command = linitial_node(AlterTableCmd, castNode(AlterTableStmt, node)->cmds);
    return command->subtype == AT_AttachPartition ? castNode(PartitionCmd, command->def)->bound : nullptr;
}

struct Texts
{
    char *bound;
    char *check;
};

Texts read(Relation parent, PartitionBoundSpec *parsed, char *partition)
{
    ParseState *state = make_parsestate(nullptr);
    PartitionBoundSpec *bound = transformPartitionBound(state, parent, parsed);
    check_new_partition_bound(partition, parent, bound, state);
    List *conditions = list_concat(get_qual_from_partbound(parent, bound), RelationGetPartitionQual(parent));
    List *names = deparse_context_for(RelationGetRelationName(parent), RelationGetRelid(parent));
    Texts texts;
    texts.bound = deparse_expression(reinterpret_cast<Node *>(bound), NIL, false, false);
    texts.check = deparse_expression(reinterpret_cast<Node *>(make_ands_explicit(conditions)), names, false, false);
    return texts;
}

} // namespace

Bound read_bound(const catalog::Parent &parent, const std::string &text, const std::string &partition)
{
    const StatementScope owner{parent};
    const pg::Spi spi; // its memory
    const std::string statement = "ALTER TABLE t ATTACH PARTITION p " + text;
    PartitionBoundSpec *parsed = pg::call(parse_bound, statement.c_str());
    if (parsed == nullptr)
        throw core::Error(core::ErrorKind::invalid_definition, "the bound of the partition is not known any more",
                          "\"" + text + "\" is none.", "Attach the table by hand.");
    const pg::Relation relation{parent.oid, AccessShareLock};
    std::string name = partition;
    const Texts texts = pg::call(read, relation.get(), parsed, name.data());
    return {.text = texts.bound, .check = texts.check};
}

std::vector<BoundCheck> bound_checks(Oid table, const Bound &bound)
{
    const FixedSettings settings;
    const pg::Spi spi;
    const pg::Rows rows =
        pg::query("SELECT c.conname::text, c.convalidated FROM pg_catalog.pg_constraint AS c"
                  " WHERE c.conrelid = $1 AND c.contype = 'c' AND c.coninhcount = 0 AND NOT c.connoinherit"
                  " AND pg_catalog.pg_get_expr(c.conbin, c.conrelid) = $2",
                  {pg::Param::oid(table), pg::Param::text(bound.check)});
    std::vector<BoundCheck> found;
    for (size_t i = 0; i < rows.size(); i++)
        found.push_back({*rows.text(i, 0), *rows.boolean(i, 1)});
    return found;
}

std::string add_bound_check(Oid table, const std::string &condition)
{
    // The server chooses a name that is free.
    return "ALTER TABLE " + pg::qualified_name(table) + " ADD CHECK (" + condition + ") NOT VALID";
}

} // namespace strata::ddl
