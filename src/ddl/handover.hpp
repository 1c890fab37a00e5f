#pragma once

#include "pg/postgres.hpp"

#include <string>
#include <vector>

namespace strata::ddl
{

// Statements that give `table` what `model` has and it lacks: defaults, NOT NULL, identity, column settings,
// CHECKs, indexes and keys, foreign keys, triggers, row-level security, privileges and comments.  Nothing of its
// own is changed.  All names are quoted and qualified; to be run as the owner of the table.
std::vector<std::string> handover_statements(Oid model, Oid table);

// The same for what can only be told once these have run: replica identity, comments on indexes, how far identity
// columns have counted.
std::vector<std::string> handover_finish(Oid model, Oid table);

// ALTER PUBLICATION for each publication that names the model and not the table; for the publications' owners.
std::vector<std::string> publication_statements(Oid model, Oid table);

} // namespace strata::ddl
