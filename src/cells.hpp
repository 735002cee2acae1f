#pragma once
// The kernel for a stock: binomial thinning of the count of every state and age. What it costs does
// not depend on the number of dwellings.

#include "binomial_batch.hpp"
#include "counts.hpp"
#include "pace.hpp"
#include "plan.hpp"
#include "step_table.hpp"

#include <opgave/random.hpp>

#include <cstdint>
#include <vector>

namespace opgave::detail {

// A place that dwellings leave.
struct CellRow {
    std::size_t place = 0;
    int stratum = 0;
    int state = 0;
};

class Cells {
public:
    Cells(Plan const& plan, Pace& pace, Counts& counts);

    void begin(std::uint64_t path);
    void take_in(int month, int state);
    void end(int month);

private:
    [[nodiscard]] std::size_t cell(std::size_t row, int age) const noexcept;
    [[nodiscard]] std::size_t cause(std::size_t row, int group) const noexcept;
    [[nodiscard]] std::uint32_t address(std::size_t way, std::size_t cause) const noexcept;
    [[nodiscard]] std::uint32_t arrivals() const noexcept;
    void use_rates(int month);
    void share_out(StepTable const& table, std::size_t row, int group);
    void start(int month);
    void grow_older();
    void leave();
    void take(std::size_t way);
    void move(std::size_t row, std::size_t way, std::int64_t count);
    void thin_arrivals(std::size_t first_row);

    Plan const& plan_;
    Pace& pace_;
    Counts& counts_;
    std::vector<CellRow> rows_;
    std::vector<int> row_of_;  // by place; -1 where nobody leaves
    int rates_of_ = -1;        // the month whose rates are in use
    int month_ = -1;
    std::vector<double> count_;     // by age and row
    std::vector<double> gone_;      // by age and row
    std::vector<double> left_;      // by group and row: those that leave and have no way yet
    std::vector<double> taken_;     // by group and row: those that take the way at hand
    std::vector<double> arriving_;  // by stratum, in the state at hand
    std::vector<double> thinned_;   // by stratum, of these
    Chances leaving_;               // by age and row
    std::vector<Chances> shares_;   // by way, then group and row
    std::vector<Chances> at_once_;  // by way, then row
    BinomialBatch batch_;
    std::vector<std::uint32_t> first_word_;  // by number: of those who arrive
    std::vector<std::uint32_t> second_word_;
    Stream exits_;
    Stream causes_;
};

}  // namespace opgave::detail
