# The front door.  Building, installing and `installcheck` are PGXS's and live in pgxs.mk; they stand apart because
# PGXS has a `check` of its own that prints "not supported" and succeeds.
#
#   make                 builds the library (PG_CONFIG=... selects the server)
#   make install         installs library, control file and scripts
#   make installcheck    runs the regression and isolation tests against a running server
#   make check           installs what is missing, builds and runs every suite on clusters of its own
#   make demo            shows it at work on a throw-away cluster
#   make format          formats the sources
#   make lint            clang-format, shellcheck, cppcheck and clang-tidy, without changing anything

PGXS_MAKE = +@$(MAKE) --no-print-directory -f pgxs.mk

.PHONY: all check demo format lint sanitize unit

all:
	$(PGXS_MAKE) all

check:
	@test/run

demo:
	@demo/run

SOURCES = $(shell find src test -name '*.cpp' -o -name '*.hpp')

format:
	clang-format -i $(SOURCES)

lint:
	@test/static

# The unit tests of the core need no server.
unit: build/build.ninja
	cmake --build build --target unit
	cd build && ctest --output-on-failure

# The same with the address and undefined behaviour sanitizers.
sanitize:
	cmake -G Ninja -S . -B build/sanitize -DSTRATA_SANITIZE=ON $(if $(PG_CONFIG),-DPG_CONFIG=$(PG_CONFIG))
	cmake --build build/sanitize --target unit
	cd build/sanitize && ctest --output-on-failure -j $(shell nproc)

build/build.ninja:
	cmake -G Ninja -S . -B build $(if $(PG_CONFIG),-DPG_CONFIG=$(PG_CONFIG))

# Everything else (install, installcheck, clean, ...) is for PGXS.
Makefile: ;
%:
	$(PGXS_MAKE) $@
