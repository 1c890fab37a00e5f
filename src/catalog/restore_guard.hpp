#pragma once

#include "pg/postgres.hpp"

namespace strata::catalog
{

// What a stored oid means something with.
struct Identity
{
    int64_t system_identifier;
    Oid database;

    bool operator==(const Identity &) const = default;
};

// This server's and database's.
Identity current_identity();

// False after a restore, a clone or CREATE DATABASE .. TEMPLATE, until somebody confirms: nothing is retired then.
// Physical standbys keep the identity, so failover and promotion change nothing.
bool is_live();

// For the owner of the database and superusers; 42501 otherwise.
void confirm_live();

// Writes down this server and database as the one that the configuration is for.
void record_installation();

} // namespace strata::catalog
