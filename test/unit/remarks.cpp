#include "core/remarks.hpp"

#include "sets.hpp"

using namespace test;

TEST_CASE("gaps, overlaps and odd partitions are remarked on", "[remarks]")
{
    SetConfig config = monthly("UTC");
    SetState state;
    add(config, state, "min", "2023-01-01");
    add_steps(config, state, "2023-01-01", 2);
    add(config, state, "2023-06-01", "2024-01-01");
    add_steps(config, state, "2024-01-01", 3);
    config = daily("UTC");
    config.anchor = on_axis(config, "2024-04-01");
    add_steps(config, state, "2024-04-01", 3);
    add(config, state, "2024-04-04", "max");
    std::vector<std::string> seen;
    for (const Remark &remark : remarks(config, state))
    {
        seen.push_back(std::to_string(static_cast<int>(remark.kind)) + " " + std::to_string(remark.first) + "-" +
                       std::to_string(remark.last) + " " + texts(config, {remark.range}).front() + " " +
                       remark.text);
    }
    CHECK(seen ==
          Texts{"2 0-0 min..2023-01-01 has no lower bound",
                "2 1-2 2023-01-01..2023-03-01 is 1 mon wide; new partitions will be 1 day wide",
                "0 2-3 2023-03-01..2023-06-01 no partition holds it: its rows are refused",
                "2 3-3 2023-06-01..2024-01-01 is 7 mons wide; new partitions will be 1 day wide",
                "2 4-6 2024-01-01..2024-04-01 is 1 mon wide; new partitions will be 1 day wide",
                "2 10-10 2024-04-04..max has no upper bound: no partition can be made after it, and retention "
                "never takes it"});

    // Told apart by another column of the key.
    state.partitions.clear();
    add(config, state, "2024-04-01", "2024-04-03");
    add(config, state, "2024-04-02", "2024-04-04");
    CHECK(remarks(config, state)[1].kind == Remark::Kind::overlap);
}
