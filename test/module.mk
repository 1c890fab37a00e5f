# What the Makefiles of the test modules share: built with the flags of the extension, against its headers.
include ../../flags.mk

PG_CONFIG ?= pg_config
PG_CXXFLAGS = $(STRATA_CXXFLAGS) $(STRATA_WERROR)
PG_CPPFLAGS = -D'PGDLLEXPORT=__attribute__((visibility("default")))' -I../../src \
	-isystem $(shell $(PG_CONFIG) --includedir-server)
SHLIB_LINK = -lstdc++
override with_llvm := no
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
