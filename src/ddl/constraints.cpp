#include "ddl/constraints.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"
#include "pg/relation.hpp"
#include "pg/text.hpp"

namespace strata::ddl
{

namespace
{

// How the order of a type is written.  Operators and types carry their schemas, which are not in the search path.
struct Order
{
    std::string type; // of the constants
    std::string at_least;
    std::string at_most;
};

std::string operator_text(Oid family, Oid input, StrategyNumber strategy)
{
    const Oid oid = pg::call(get_opfamily_member, family, input, input, static_cast<int16>(strategy));
    if (!OidIsValid(oid))
        throw std::logic_error("a btree operator class lacks an operator");
    const Oid schema = pg::call([oid] {
        HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
        const Oid found = ((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace;
        ReleaseSysCache(tuple);
        return found;
    });
    return "OPERATOR(" + pg::quote_ident(pg::schema_name(schema)) + "." +
           pg::take_string(pg::call(get_opname, oid)) + ")";
}

Order order_of(Oid type)
{
    const Oid base = pg::call(getBaseType, type);
    const Oid operator_class = pg::call(GetDefaultOpClass, base, Oid{BTREE_AM_OID});
    if (!OidIsValid(operator_class))
        throw core::Error{core::ErrorKind::datatype_mismatch, "type " + pg::type_text(type) + " has no order"};
    const Oid family = pg::call(get_opclass_family, operator_class);
    const Oid input = pg::call(get_opclass_input_type, operator_class);
    // With the modifier's flag a lone char is not taken for char(1).
    constexpr bits16 flags = FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY;
    const Oid constant = base == VARCHAROID ? TEXTOID : base;
    return {pg::take_string(pg::call(format_type_extended, constant, int32{-1}, flags)),
            operator_text(family, input, BTGreaterEqualStrategyNumber),
            operator_text(family, input, BTLessEqualStrategyNumber)};
}

std::string check_of(Oid table, const ExtentCheck &check)
{
    const Oid type = pg::call([&]() -> Oid { return get_atttype(table, get_attnum(table, check.column.c_str())); });
    const Order order = order_of(type);
    const std::string column = pg::quote_ident(check.column);
    const auto constant = [&order](const std::string &text) { return pg::quote_literal(text) + "::" + order.type; };
    return "CHECK (" + column + " " + order.at_least + " " + constant(check.extent.least) + " AND " + column + " " +
           order.at_most + " " + constant(check.extent.greatest) + ")";
}

Statement alter(Oid table, const std::vector<std::string> &actions)
{
    std::string text;
    for (const std::string &action : actions)
        text += (text.empty() ? " " : ", ") + action;
    return {"ALTER TABLE " + pg::qualified_name(table) + text};
}

} // namespace

Statement add_constraints(Oid table, const std::vector<ExtentCheck> &checks)
{
    std::vector<std::string> actions;
    for (const ExtentCheck &check : checks)
        actions.push_back("ADD CONSTRAINT " + pg::quote_ident(check.name) + " " + check_of(table, check) +
                          " NOT VALID");
    return alter(table, actions);
}

Statement drop_constraints(Oid table, const std::vector<std::string> &names)
{
    std::vector<std::string> actions;
    for (const std::string &name : names)
        actions.push_back("DROP CONSTRAINT " + pg::quote_ident(name));
    return alter(table, actions);
}

Statement validate_constraints(Oid table, const std::vector<std::string> &names)
{
    std::vector<std::string> actions;
    for (const std::string &name : names)
        actions.push_back("VALIDATE CONSTRAINT " + pg::quote_ident(name));
    return alter(table, actions);
}

} // namespace strata::ddl
