# The compiler flags of the module, read by pgxs.mk, by the test modules and by CMakeLists.txt: one list for all builds.
STRATA_CXXFLAGS = -std=c++20 -fvisibility=hidden -fvisibility-inlines-hidden -Wall -Wextra -Wshadow -Wpedantic
STRATA_WERROR ?= -Werror
