// The main function of the unit tests; nothing else stands here, because Catch2 takes long to compile.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
