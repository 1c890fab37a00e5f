#include "pg/text.hpp"

#include "core/error.hpp"
#include "pg/guard.hpp"

namespace strata::pg
{

namespace
{

struct Elements
{
    Oid type = InvalidOid;
    Datum *values = nullptr;
    bool *nulls = nullptr;
    int count = 0;
};

Elements split(Datum array)
{
    Elements found;
    call([&] {
        ArrayType *values = DatumGetArrayTypeP(array);
        int16 length = 0;
        bool by_value = false;
        char alignment = 0;
        found.type = ARR_ELEMTYPE(values);
        get_typlenbyvalalign(found.type, &length, &by_value, &alignment);
        deconstruct_array(values, found.type, length, by_value, alignment, &found.values, &found.nulls,
                          &found.count);
    });
    return found;
}

Elements split_without_nulls(Datum array)
{
    Elements const found = split(array);
    if (std::any_of(found.nulls, found.nulls + found.count, [](bool null) { return null; }))
        throw core::Error(core::ErrorKind::null_value_not_allowed, "array must not contain nulls",
                          "Some element of the array is null.", "Leave it out.");
    return found;
}

} // namespace

Datum text_datum(std::string_view value)
{
    if (value.size() > MaxAllocSize - VARHDRSZ)
        throw std::bad_alloc();
    return PointerGetDatum(call(cstring_to_text_with_len, value.data(), static_cast<int>(value.size())));
}

Datum text_array_datum(const std::vector<std::string> &values)
{
    std::vector<Datum> datums;
    datums.reserve(values.size());
    for (const std::string &value : values)
        datums.push_back(text_datum(value));
    return PointerGetDatum(
        call(construct_array, datums.data(), static_cast<int>(datums.size()), TEXTOID, -1, false, TYPALIGN_INT));
}

std::string take_string(char *palloced)
{
    if (palloced == nullptr)
        return {};
    std::string copy(palloced);
    call([&] { pfree(palloced); });
    return copy;
}

std::string type_text(Oid type)
{
    return take_string(call(format_type_be, type));
}

std::string text_of(Datum value)
{
    text *plain = call([&] { return DatumGetTextPP(value); });
    std::string copy(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
    if (PointerGetDatum(plain) != value)
        call([&] { pfree(plain); });
    return copy;
}

std::string output_of(Oid type, Datum value)
{
    switch (type)
    {
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
        return text_of(value);
    case NAMEOID:
        return NameStr(*DatumGetName(value));
    default:
        return take_string(call([&] {
            Oid function = InvalidOid;
            bool is_varlena = false;
            getTypeOutputInfo(type, &function, &is_varlena);
            return OidOutputFunctionCall(function, value);
        }));
    }
}

std::vector<std::string> text_elements(Datum array)
{
    Elements const found = split_without_nulls(array);
    std::vector<std::string> texts;
    texts.reserve(static_cast<size_t>(found.count));
    for (int i = 0; i < found.count; i++)
        texts.push_back(output_of(found.type, found.values[i]));
    return texts;
}

std::vector<std::optional<std::string>> nullable_text_elements(Datum array)
{
    Elements const found = split(array);
    std::vector<std::optional<std::string>> texts(static_cast<size_t>(found.count));
    for (size_t i = 0; i < texts.size(); i++)
        if (!found.nulls[i])
            texts[i] = output_of(found.type, found.values[i]);
    return texts;
}

std::vector<Datum> elements(Datum array)
{
    Elements const found = split_without_nulls(array);
    return {found.values, found.values + found.count};
}

} // namespace strata::pg
