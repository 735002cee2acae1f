#pragma once
// The kernel for a stock: binomial thinning of the count of every state and age. What it costs does
// not depend on the number of dwellings.

#include "binomial.hpp"
#include "plan.hpp"
#include "step_table.hpp"

#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

class Cells {
public:
    Cells(Plan const& plan, Counts& counts);

    void begin(std::uint64_t path, Rates const& rates);
    void take_in(int month, int stratum, int state);
    void end(int month);

private:
    void grow_older(std::int64_t* count) const noexcept;
    void thin(std::uint32_t address, std::uint32_t month, int state, std::int64_t const* count);
    void leave(std::size_t place, std::uint32_t month, int stratum, int state);

    Plan const& plan_;
    Counts& counts_;
    StepTable first_month_;
    StepTable other_months_;
    StepTable const* table_ = nullptr;
    std::vector<std::int64_t> count_;  // by place and age
    std::vector<std::int64_t> gone_;   // by age
    std::vector<std::int64_t> left_;   // by group: those that leave and have no way yet
    std::vector<std::int64_t> taken_;  // by group: those that take the way at hand
    std::vector<double> rest_;         // by group: the share of the ways not yet taken
    BinomialBatch batch_;
    Stream exits_;
    Stream causes_;
};

}  // namespace opgave::detail
