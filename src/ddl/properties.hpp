#pragma once

#include "catalog/parent.hpp"
#include "ddl/grants.hpp"
#include "ddl/policies.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::ddl
{

struct ReplicaIdentity
{
    char kind = REPLICA_IDENTITY_DEFAULT;
    Oid index = InvalidOid; // of REPLICA_IDENTITY_INDEX
};

// What a partition shall take over from its parent although neither LIKE nor PARTITION OF gives it.
struct Properties
{
    struct Column
    {
        std::string name;
        std::optional<int> statistics;    // SET STATISTICS
        std::vector<std::string> options; // SET (...), as name=value
    };

    // On something that the partition has under the same name: `TRIGGER t`, `CONSTRAINT f`.
    struct Comment
    {
        std::string object;
        std::string text;
    };

    std::vector<Column> columns; // only those with something to say
    TableGrants grants;
    bool row_security = false;
    bool force_row_security = false;
    std::vector<Policy> policies;
    ReplicaIdentity replica_identity;
    std::string tablespace;    // quoted; empty: the database's default
    std::string access_method; // quoted; empty: heap

    std::optional<std::string> comment;
    std::vector<Comment> member_comments; // of triggers and foreign keys, which come with ATTACH

    struct IndexComment
    {
        Oid parent_index;
        std::string text;
    };
    std::vector<IndexComment> key_comments; // on primary keys, unique and exclusion constraints

    // ALTER STATISTICS ... SET STATISTICS of extended statistics, by their place in extended_statistics.
    struct StatisticsTarget
    {
        std::size_t place;
        std::string expected_name; // of the partition's, without the partition's own
        int target;
    };
    std::vector<StatisticsTarget> statistics_targets;

    // ALTER INDEX ... ALTER COLUMN ... SET STATISTICS of expressions.
    struct IndexTarget
    {
        Oid parent_index;
        int column;
        int target;
    };
    std::vector<IndexTarget> index_targets;

    // What LIKE copies and PARTITION OF does not.
    std::vector<Comment> column_comments; // the object is the column, quoted
    std::vector<Comment> check_comments;
    std::vector<IndexComment> index_comments;
    std::vector<Oid> extended_statistics;

    bool like_copies_more() const
    {
        return !column_comments.empty() || !check_comments.empty() || !index_comments.empty() ||
               !extended_statistics.empty();
    }
};

Properties read_properties(const catalog::Parent &parent);

// Parts of them, of any table.
std::vector<Properties::Column> read_columns(Oid table);
ReplicaIdentity read_replica_identity(Oid table);

// `name='value', ...` of reloptions or attoptions, each as name=value; the words that SET ( ) and WITH ( ) take.
std::string option_list(const std::vector<std::string> &options, const std::string &prefix = {});

} // namespace strata::ddl
