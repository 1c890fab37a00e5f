#pragma once

#include <string>

namespace strata::core
{

// Something that a person should know about a set; message, detail and hint as in an error.
struct Finding
{
    enum class Severity
    {
        notice,
        warning,
    };

    Severity severity = Severity::notice;
    std::string message;
    std::string detail;
    std::string hint;
};

} // namespace strata::core
