# Build, install and installcheck by PGXS; see Makefile.
EXTENSION = pg_strata
MODULE_big = pg_strata
DATA = $(wildcard sql/pg_strata--*.sql)

OBJS = $(patsubst %.cpp,%.o,$(sort $(shell find src -name '*.cpp')))

REGRESS = $(sort $(basename $(notdir $(filter-out sql/pg_strata--%,$(wildcard sql/*.sql)))))
ISOLATION = $(sort $(basename $(notdir $(wildcard test/isolation/specs/*.spec))))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=pg_strata
# initdb refuses root, so root runs the TAP suite through `make check` only.
ifneq ($(shell id -u),0)
ifneq ($(wildcard test/t/*.pl),)
TAP_TESTS = 1
PROVE_TESTS = test/t/*.pl
endif
endif

include flags.mk

PG_CONFIG ?= pg_config
# -MMD: a changed header rebuilds what includes it; PGXS itself tracks nothing on Debian.
PG_CXXFLAGS = $(STRATA_CXXFLAGS) $(STRATA_WERROR) -MMD -MP $(EXTRA_CXXFLAGS)
# PGDLLEXPORT is empty before PostgreSQL 16.  Server headers as system headers: their warnings are not ours.
PG_CPPFLAGS = -D'PGDLLEXPORT=__attribute__((visibility("default")))' -Isrc \
	-isystem $(shell $(PG_CONFIG) --includedir-server)
# PGXS links with the C compiler.
SHLIB_LINK = -lstdc++ $(EXTRA_LINK)
EXTRA_CLEAN = $(OBJS:.o=.d) $(OBJS:.o=.gcda) $(OBJS:.o=.gcno)

# The bitcode rule does not see PG_CXXFLAGS and would compile as C++14.
override with_llvm := no
# Objects of equal names in different directories share one file in PGXS's own tracking.
override autodepend := no
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PRECOMPILED=yes: the server's headers are parsed once and not for every file, which takes most of the time of a
# build.  The core knows no server.
ifdef PRECOMPILED
PRECOMPILED_HEADER = build/precompiled/server.hpp
SHELL_OBJS = $(filter-out src/core/%,$(OBJS))
$(SHELL_OBJS): override CPPFLAGS += -Winvalid-pch -include $(PRECOMPILED_HEADER)
$(SHELL_OBJS): $(PRECOMPILED_HEADER).gch
$(PRECOMPILED_HEADER).gch: src/pg/postgres.hpp
	mkdir -p $(@D)
	echo '#include "pg/postgres.hpp"' >$(PRECOMPILED_HEADER)
	$(CXX) $(filter-out -MMD -MP,$(CXXFLAGS)) $(CPPFLAGS) -x c++-header -o $@ $(PRECOMPILED_HEADER)
EXTRA_CLEAN += $(PRECOMPILED_HEADER) $(PRECOMPILED_HEADER).gch
endif

-include $(OBJS:.o=.d)
