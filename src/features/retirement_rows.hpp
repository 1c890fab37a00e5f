#pragma once

#include "features/plan_view.hpp"
#include "features/retirement.hpp"

namespace strata
{

// What leaves a set, and what has left it, in a plan that is only shown.
class RetirementRows
{
public:
    RetirementRows(const catalog::StoredSet &set, const PlannedSet &planned, bool unattended, bool live)
        : set_(set), planned_(planned), order_(retire_order(set, unattended)), live_(live)
    {}

    std::vector<PlanRow> rows() const;
    // What all of them have in common.
    PlanRow row_of(const core::Action &action) const;

private:
    PlanRow confirm_row(std::string reason, std::string call) const;
    PlanRow finish_row(const core::Action &action) const;
    PlanRow retire_row(const core::Action &action) const;
    void add_clear_rows(std::vector<PlanRow> &rows, const core::Action &action) const;
    PlanRow settle_row(const core::Action &action) const;
    PlanRow drop_row(const core::Action &action) const;
    std::string brake_text() const;

    const catalog::StoredSet &set_;
    const PlannedSet &planned_;
    RetireOrder order_;
    bool live_;
};

} // namespace strata
