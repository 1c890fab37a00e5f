#include "ddl/bound_check.hpp"

#include "catalog/partition_bound.hpp"
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

PartitionBoundSpec *parsed_bound(const std::string &text)
{
    const std::string statement = "ALTER TABLE t ATTACH PARTITION p " + text;
    PartitionBoundSpec *parsed = pg::call(parse_bound, statement.c_str());
    if (parsed == nullptr)
        throw core::Error(core::ErrorKind::invalid_definition, "the bound of the partition is not known any more",
                          "\"" + text + "\" is none.", "Attach the table by hand.");
    return parsed;
}

struct Texts
{
    char *bound;
    char *check;
    char *own;
};

// `partition`: for the error about the partition that has a part of it; null: none is looked for.
Texts read(Relation parent, PartitionBoundSpec *parsed, char *partition)
{
    ParseState *state = make_parsestate(nullptr);
    PartitionBoundSpec *bound = transformPartitionBound(state, parent, parsed);
    if (partition != nullptr)
        check_new_partition_bound(partition, parent, bound, state);
    List *own = get_qual_from_partbound(parent, bound);
    List *conditions = list_concat(list_copy(own), RelationGetPartitionQual(parent));
    List *names = deparse_context_for(RelationGetRelationName(parent), RelationGetRelid(parent));
    Texts texts;
    texts.bound = deparse_expression(reinterpret_cast<Node *>(bound), NIL, false, false);
    texts.check = deparse_expression(reinterpret_cast<Node *>(make_ands_explicit(conditions)), names, false, false);
    texts.own = deparse_expression(reinterpret_cast<Node *>(make_ands_explicit(own)), names, false, false);
    return texts;
}

Bound read(const catalog::Parent &parent, const std::string &text, char *partition)
{
    const StatementScope owner{parent};
    const pg::Spi spi; // its memory
    PartitionBoundSpec *parsed = parsed_bound(text);
    const pg::Relation relation{parent.oid, AccessShareLock};
    const Texts texts = pg::call([&] { return read(relation.get(), parsed, partition); });
    return {.text = texts.bound, .check = texts.check, .own = texts.own};
}

} // namespace

Bound read_bound(const catalog::Parent &parent, const std::string &text, const std::string &partition)
{
    std::string name = partition;
    return read(parent, text, name.data());
}

Bound read_bound(const catalog::Parent &parent, const std::string &text)
{
    return read(parent, text, nullptr);
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

std::string enforced_condition(Oid partition)
{
    const FixedSettings settings;
    const pg::Spi spi; // its memory
    const pg::Relation relation{partition, AccessShareLock};
    return pg::call([&]() -> char * {
        List *names = deparse_context_for(RelationGetRelationName(relation.get()), partition);
        List *conditions = RelationGetPartitionQual(relation.get());
        return deparse_expression(reinterpret_cast<Node *>(make_ands_explicit(conditions)), names, false, false);
    });
}

std::string free_check_name(Oid partition)
{
    const std::string wanted = "pg_strata_bound";
    std::string name = wanted;
    for (int i = 1; OidIsValid(pg::call(get_relation_constraint_oid, partition, name.c_str(), true)); i++)
        name = wanted + std::to_string(i);
    return name;
}

Statement keep_bound(Oid partition, const std::string &name)
{
    return {.sql = "ALTER TABLE " + pg::qualified_name(partition) + " ADD CONSTRAINT " + pg::quote_ident(name) +
                   " CHECK (" + enforced_condition(partition) + ") NOT VALID",
            .proven = true};
}

std::optional<core::Range> range_of(const catalog::Parent &parent, const std::string &text)
{
    const StatementScope owner{parent};
    const pg::Spi spi; // its memory
    PartitionBoundSpec *parsed = parsed_bound(text);
    const pg::Relation relation{parent.oid, AccessShareLock};
    const PartitionBoundSpec *bound =
        pg::call([&] { return transformPartitionBound(make_parsestate(nullptr), relation.get(), parsed); });
    return catalog::range_of(*bound, parent);
}

void prove_bound(const catalog::Parent &parent, Oid table, const Bound &bound)
{
    const std::string alter = "ALTER TABLE " + pg::qualified_name(table);
    auto checks = bound_checks(table, bound);
    const auto valid = [](const BoundCheck &check) { return check.valid; };
    if (std::any_of(checks.begin(), checks.end(), valid))
        return;
    if (checks.empty())
    {
        // The server chooses a name that is free.
        run_on_partition(parent, table, {alter + " ADD CHECK (" + bound.check + ") NOT VALID"});
        checks = bound_checks(table, bound);
    }
    for (const BoundCheck &check : checks)
        run_on_partition(parent, table, {alter + " VALIDATE CONSTRAINT " + pg::quote_ident(check.name)});
}

} // namespace strata::ddl
