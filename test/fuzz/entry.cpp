#include "core/error.hpp"

#include "input.hpp"

#include <cstddef>

// libFuzzer's way in, the same for each target.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    try
    {
        fuzz::Input input({reinterpret_cast<const char *>(data), size});
        fuzz::one(input);
    }
    catch (const strata::core::Error &error)
    {
        std::fprintf(stderr, "refused: %s\n%s\n", error.message().c_str(), error.detail().c_str());
        std::abort();
    }
    return 0;
}
