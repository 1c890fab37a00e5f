#include "catalog/follow.hpp"

#include "catalog/extension.hpp"
#include "catalog/internal_write.hpp"
#include "catalog/probe.hpp"
#include "catalog/provenance.hpp"
#include "catalog/restore_guard.hpp"
#include "catalog/stored_row.hpp"
#include "catalog/text_key.hpp"
#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/notice.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "pg/text.hpp"

namespace strata::catalog
{

namespace
{

using pg::Param;

// Our part of a user's DDL: in a subtransaction, and what goes wrong in it is only reported.  False when somebody
// holds our tables: to try again for the next row would only make the user wait again.
template <class F>
bool without_failing(const char *what, F &&body)
{
    const auto failure = pg::isolate(std::forward<F>(body));
    if (!failure)
        return true;
    pg::warning(std::string("pg_strata could not follow ") + what + ": " + failure->message, failure->detail,
                "The next maintenance run will put it right.", failure->sqlstate);
    return failure->sqlstate != ERRCODE_LOCK_NOT_AVAILABLE;
}

// As the owner of our tables, for one or more statements.
template <class F>
void write(F &&body)
{
    const AsExtensionOwner owner;
    const InternalWrite internal;
    const pg::Spi spi;
    body();
}

// The relations that a statement may have meant which gave the name to something: those of that name in the schema
// given, else anywhere on the search path (an unqualified old name was found there).
std::vector<Oid> named(const char *schema, const char *name)
{
    std::vector<Oid> found;
    const auto add = [&](Oid space) {
        const Oid relation = OidIsValid(space) ? pg::call(get_relname_relid, name, space) : InvalidOid;
        if (OidIsValid(relation))
            found.push_back(relation);
    };
    if (schema != nullptr)
    {
        add(pg::call(get_namespace_oid, schema, true));
        return found;
    }
    List *path = pg::call(fetch_search_path, true);
    for (int i = 0; i < list_length(path); i++)
        add(list_nth_oid(path, i));
    return found;
}

// Name and schema of a partition, as they are now.
void refresh_partition(Oid partition)
{
    write([&] {
        const TextKey present = key_of(partition);
        pg::execute("UPDATE " + own_table("managed_partition") +
                        " SET partition_schema = $2, partition_table = $3"
                        " WHERE partition_oid = $1 AND system_identifier = $4 AND database_oid = $5",
                    {Param::oid(partition), Param::text(present.schema), Param::text(present.table),
                     Param::int8(current_identity().system_identifier), Param::oid(current_identity().database)});
    });
}

void refresh_known(const std::vector<Oid> &relations, const char *what)
{
    const auto known = probe(relations);
    for (size_t i = 0; i < relations.size(); i++)
    {
        if (!known[i].any())
            continue;
        const bool free = without_failing(what, [&] {
            if (known[i].set)
                if (const auto set = read_any_set(relations[i]))
                    refresh(*set);
            if (known[i].partition)
                refresh_partition(relations[i]);
        });
        if (!free)
            return;
    }
}

void rename_template(const std::string &from, const std::string &to)
{
    if (!is_template(from))
        return;
    without_failing("a template", [&] {
        write([&] {
            pg::execute("UPDATE " + own_table("part_config") + " SET template_table = $2 WHERE template_table = $1",
                        {Param::text(from), Param::text(to)});
            pg::execute("UPDATE " + own_table("part_config_sub") +
                            " SET sub_template_table = $2 WHERE sub_template_table = $1",
                        {Param::text(from), Param::text(to)});
        });
    });
}

void rename_archive(const std::string &from, const std::string &to)
{
    if (!is_archive(from))
        return;
    without_failing("an archive table", [&] {
        write([&] {
            pg::execute("UPDATE " + own_table("part_config") +
                            " SET retention_archive_table = $2 WHERE retention_archive_table = $1",
                        {Param::text(from), Param::text(to)});
        });
    });
}

void follow_relation_rename(const RenameStmt *statement)
{
    const auto relations = named(statement->relation->schemaname, statement->newname);
    refresh_known(relations, "the rename");
    for (const Oid relation : relations)
    {
        const TextKey present = key_of(relation);
        const TextKey past{present.schema, statement->relation->relname};
        if (!OidIsValid(find_relation(past)))
        {
            rename_template(past.text(), present.text());
            rename_archive(past.text(), present.text());
        }
    }
}

// The key column of a set, and of the sets below, which have the column from above.
void follow_column_rename(const RenameStmt *statement)
{
    std::vector<Oid> relations;
    for (const Oid relation : named(statement->relation->schemaname, statement->relation->relname))
    {
        List *family = pg::call(find_all_inheritors, relation, NoLock, nullptr);
        for (int i = 0; i < list_length(family); i++)
            relations.push_back(list_nth_oid(family, i));
    }
    const auto known = probe(relations);
    for (size_t i = 0; i < relations.size(); i++)
    {
        if (!known[i].set)
            continue;
        const bool free = without_failing("the rename of a column", [&] {
            const auto set = read_any_set(relations[i]);
            if (!set)
                return;
            refresh(*set);
            write([&] {
                const Param table = Param::text(set->parent_table);
                const Param from = Param::text(statement->subname);
                const Param to = Param::text(statement->newname);
                pg::execute("UPDATE " + own_table("part_config") +
                                " SET constraint_cols = array_replace(constraint_cols, $2, $3)"
                                " WHERE parent_table = $1 AND $2 = ANY (constraint_cols)",
                            {table, from, to});
                pg::execute("UPDATE " + own_table("part_config_sub") +
                                " SET sub_control = CASE sub_control WHEN $2 THEN $3 ELSE sub_control END,"
                                " sub_constraint_cols = array_replace(sub_constraint_cols, $2, $3)"
                                " WHERE sub_parent = $1",
                            {table, from, to});
            });
        });
        if (!free)
            return;
    }
}

bool in_schema(const std::optional<std::string> &table, const std::string &schema)
{
    return table && table->starts_with(schema + ".");
}

// All that our tables name by schema.
void follow_schema_rename(const std::string &from, const std::string &to)
{
    const auto sets = read_all_sets();
    for (const StoredSet &set : sets)
        if (in_schema(set.parent_table, from) && !without_failing("the rename of a schema", [&] { refresh(set); }))
            break;

    const bool elsewhere = std::any_of(sets.begin(), sets.end(), [&](const StoredSet &set) {
        return set.retention_schema == from || set.partition_schema == from ||
               in_schema(set.template_table, from) || in_schema(set.retention_archive_table, from);
    });
    without_failing("the rename of a schema", [&] {
        write([&] {
            const std::vector<Param> names{Param::text(from), Param::text(to)};
            const std::string moved = " = $2 || substr(%, length($1) + 1) WHERE starts_with(%, $1 || '.')";
            const auto move = [&](const char *table, const std::string &column) {
                std::string clause = moved;
                for (size_t at = 0; (at = clause.find('%')) != std::string::npos;)
                    clause.replace(at, 1, column);
                pg::execute("UPDATE " + own_table(table) + " SET " + column + clause, names);
            };
            const auto replace = [&](const char *table, const std::string &column) {
                pg::execute("UPDATE " + own_table(table) + " SET " + column + " = $2 WHERE " + column + " = $1",
                            names);
            };
            replace("managed_partition", "partition_schema");
            replace("managed_partition", "retired_from");
            if (elsewhere)
            {
                replace("part_config", "retention_schema");
                replace("part_config", "partition_schema");
                move("part_config", "template_table");
                move("part_config", "retention_archive_table");
            }
            replace("part_config_sub", "sub_retention_schema");
            move("part_config_sub", "sub_template_table");
        });
    });
}

void follow_rename(const RenameStmt *statement)
{
    switch (statement->renameType)
    {
    case OBJECT_SCHEMA:
        follow_schema_rename(statement->subname, statement->newname);
        break;
    case OBJECT_TABLE:
    case OBJECT_INDEX: // ALTER INDEX .. RENAME takes tables, too
        follow_relation_rename(statement);
        break;
    case OBJECT_COLUMN:
        follow_column_rename(statement);
        break;
    default:
        break;
    }
}

void follow_set_schema(const AlterObjectSchemaStmt *statement)
{
    if (statement->relation == nullptr)
        return;
    const auto relations = named(statement->newschema, statement->relation->relname);
    refresh_known(relations, "the change of schema");
    if (statement->relation->schemaname == nullptr || relations.empty())
        return;
    const TextKey past{statement->relation->schemaname, statement->relation->relname};
    rename_template(past.text(), text_key(relations.front()));
    rename_archive(past.text(), text_key(relations.front()));
}

void follow_alter_table(const AlterTableStmt *statement)
{
    bool owner = false;
    for (int i = 0; i < list_length(statement->cmds); i++)
        owner = owner || castNode(AlterTableCmd, list_nth(statement->cmds, i))->subtype == AT_ChangeOwner;
    if (owner)
        refresh_known(named(statement->relation->schemaname, statement->relation->relname), "the change of owner");
}

} // namespace

void follow_ddl(Node *statement)
{
    if (!installed() || RecoveryInProgress())
        return;
    if (IsA(statement, RenameStmt))
        follow_rename(castNode(RenameStmt, statement));
    else if (IsA(statement, AlterObjectSchemaStmt))
        follow_set_schema(castNode(AlterObjectSchemaStmt, statement));
    else if (IsA(statement, AlterTableStmt))
        follow_alter_table(castNode(AlterTableStmt, statement));
}

void follow_drop(const std::vector<Oid> &relations)
{
    if (relations.empty() || !installed())
        return;
    const auto known = probe(relations);
    std::vector<Oid> sets;
    std::vector<Oid> partitions;
    for (size_t i = 0; i < relations.size(); i++)
    {
        if (known[i].set)
            sets.push_back(relations[i]);
        if (known[i].partition)
            partitions.push_back(relations[i]);
    }
    if (sets.empty() && partitions.empty())
        return;
    without_failing("the drop", [&] {
        forget(partitions);
        if (sets.empty())
            return;
        write([&] {
            const std::vector<Param> params{Param::oid_array(sets),
                                            Param::int8(current_identity().system_identifier),
                                            Param::oid(current_identity().database)};
            for (const char *table : {"part_config", "managed_partition"})
                pg::execute("DELETE FROM " + own_table(table) +
                                " WHERE parent_oid = ANY ($1) AND system_identifier = $2 AND database_oid = $3",
                            params);
            // The new tables that were to replace a default partition have gone with it.
            pg::execute("DELETE FROM " + own_table("rebuild") + " WHERE parent_oid = ANY ($1)", {params.front()});
            pg::execute(
                "UPDATE " + own_table("job") +
                    " SET state = 'aborted', finished_at = clock_timestamp(), updated_at = clock_timestamp()"
                    " WHERE parent_oid = ANY ($1) AND state = 'open'",
                {params.front()});
        });
    });
}

} // namespace strata::catalog
