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

-include $(OBJS:.o=.d)
