#pragma once

#include "pg/postgres.hpp"
#include "pg/scope.hpp"

namespace strata::pg
{

// A parameter of a query: $1 is the first.  Values that are no plain numbers are allocated in the current memory
// context; made in the scope of a Spi they go with it.
struct Param
{
    Oid type = InvalidOid;
    Datum value = 0;
    bool null = true;

    static Param text(std::string_view value);
    static Param optional_text(const std::optional<std::string> &value);
    static Param name(std::string_view value); // throws core::Error when longer than 63 bytes
    static Param oid(Oid value);               // InvalidOid is sent as 0
    static Param regclass(Oid value);
    static Param int4(int32_t value);
    static Param int8(int64_t value);
    static Param optional_int8(std::optional<int64_t> value);
    static Param boolean(bool value);
    static Param float8(double value);
    static Param timestamptz(TimestampTz value);
    static Param optional_timestamptz(std::optional<TimestampTz> value);
    static Param timestamp(Timestamp value);
    static Param date(DateADT value);
    static Param interval(const Interval &value);
    static Param text_array(const std::vector<std::string> &values);
    static Param oid_array(const std::vector<Oid> &values);
    static Param int8_array(const std::vector<int64_t> &values);
    static Param timestamptz_array(const std::vector<TimestampTz> &values);
    static Param null_of(Oid type);
    // A Datum of any type, not copied.
    static Param of(Oid type, Datum value);
};

// The result of a query, copied out of SPI's memory: valid for as long as it lives, also after commit.  Row and
// column count from 0.  A column of another type than asked for, or an index out of range, is a std::logic_error
// (our bug).
class Rows
{
public:
    size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    size_t columns() const noexcept { return types_.size(); }

    bool is_null(size_t row, int column) const;
    // By the type's output function, under the settings (DateStyle, ...) at the time of this call.
    std::optional<std::string> text(size_t row, int column) const;
    std::optional<int64_t> int8(size_t row, int column) const; // smallint, integer, bigint, oid
    std::optional<bool> boolean(size_t row, int column) const;
    Oid oid(size_t row, int column) const;                      // oid and the reg... types; InvalidOid when null
    std::optional<double> float8(size_t row, int column) const; // real, double precision
    std::optional<TimestampTz> timestamptz(size_t row, int column) const;
    std::optional<Timestamp> timestamp(size_t row, int column) const;
    std::optional<Interval> interval(size_t row, int column) const;
    // Empty when null; elements of any type as text.  A null element is an error (22004).
    std::vector<std::string> text_array(size_t row, int column) const;
    std::vector<Oid> oid_array(size_t row, int column) const;
    std::vector<int64_t> int8_array(size_t row, int column) const; // smallint[], integer[], bigint[]

    Oid type(int column) const;
    // The value itself; by-reference types point into this object.
    Datum value(size_t row, int column) const;

    // Copies what the last statement left in SPI_tuptable and frees that.
    static Rows take();

private:
    struct Cell
    {
        Datum value; // or, for by-reference types, where it begins in bytes_
        bool null;
    };
    const Cell &cell(size_t row, int column) const;

    size_t size_ = 0;
    std::vector<Oid> types_;
    std::vector<bool> by_value_;
    std::vector<Cell> cells_;
    std::vector<uint64_t> bytes_; // aligned for every type
};

// A connection to SPI for the scope; nests.  In the scope the current memory context is SPI's.  Non-atomic: for
// procedures that commit() (see may_commit in arguments.hpp).
class Spi
{
public:
    explicit Spi(bool nonatomic = false);
    ~Spi();
    Spi(const Spi &) = delete;
    Spi &operator=(const Spi &) = delete;

private:
    Scope scope_;
};

// These need a live Spi.  Errors of the statement arrive as pg::Error unchanged.

// A statement that returns rows.  `read_only` runs it under the snapshot that is active already.
Rows query(const std::string &sql, const std::vector<Param> &params = {}, bool read_only = false);
Rows query(const std::string &sql, std::initializer_list<Param> params, bool read_only = false);

// INSERT, UPDATE, DELETE, MERGE or SELECT; returns the number of rows processed.
uint64_t execute(const std::string &sql, const std::vector<Param> &params = {});
uint64_t execute(const std::string &sql, std::initializer_list<Param> params);

// Exactly one utility statement.
void utility(const std::string &sql);

// End the transaction and begin the next; in a non-atomic Spi only, and neither in a subtransaction nor under an
// Identity, ActiveSnapshot or open Relation.
void commit();
void rollback();

} // namespace strata::pg
