#pragma once

#include "pg/postgres.hpp"

namespace strata::pg
{

// Copies between C++ and PostgreSQL values.  Datums are allocated in the current memory context.

Datum text_datum(std::string_view value);
Datum text_array_datum(const std::vector<std::string> &values);

// Copies a palloc'd string and frees it; a null pointer gives an empty string.
std::string take_string(char *palloced);

// Of a text or varchar Datum.
std::string text_of(Datum value);

// Of any type, by its output function.
std::string output_of(Oid type, Datum value);

// The name of a type as SQL writes it, with its schema where the search path has it not.
std::string type_text(Oid type);

// The elements of an array Datum: as text, or as they are (by-value types).  A null element throws core::Error
// (22004).
std::vector<std::string> text_elements(Datum array);
std::vector<Datum> elements(Datum array);

// The same as text where null elements are values.
std::vector<std::optional<std::string>> nullable_text_elements(Datum array);

} // namespace strata::pg
