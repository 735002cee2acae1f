#pragma once
// The kernel for a stock: binomial thinning of the count of every state and age. What it costs does
// not depend on the number of dwellings, and is the same for one path as for all that go together.

#include "binomial_batch.hpp"
#include "lanes.hpp"
#include "path.hpp"
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
    static constexpr int abreast = lanes;

    Cells(Plan const& plan, std::vector<Path>& paths);

    // The first of those paths that follow `first` are at work.
    void begin(std::uint64_t first, std::size_t paths);
    void take_in(int month, int state);
    void end(int month);

private:
    // Where the lanes of a row begin, at an age or in a group of ages.
    [[nodiscard]] std::size_t cell(std::size_t row, int age) const noexcept;
    // The number of the chances of a state in a class, at an age or in a group of ages.
    [[nodiscard]] std::size_t chance(int rate_class, int state, int age) const noexcept;
    [[nodiscard]] BinomialBatch::Draws draws(Chances const& chances, std::vector<double>& n,
                                             std::vector<double>& result,
                                             std::size_t first_row = 0) const noexcept;
    [[nodiscard]] std::uint32_t arrivals() const noexcept;
    void use_rates(int month);
    void set_leaving(StepTable const& table, int rate_class, int state, std::size_t lane);
    void set_shares(StepTable const& table, int rate_class, int state, std::size_t lane);
    void start(int month);
    void grow_older();
    void leave();
    void take(std::size_t way);
    void move(std::size_t row, std::size_t way, double const* count);
    void thin_arrivals(std::size_t first_row);

    Plan const& plan_;
    std::vector<Path>& paths_;
    std::size_t working_ = 0;  // paths
    std::vector<CellRow> rows_;
    std::vector<int> row_of_;  // by place; -1 where nobody leaves
    int rates_of_ = -1;        // the month whose rates are in use
    int month_ = -1;
    // All by lane within what is said.
    std::vector<double> count_;     // by age and row
    std::vector<double> gone_;      // by age and row
    std::vector<double> left_;      // by group and row: those that leave and have no way yet
    std::vector<double> taken_;     // by group and row: those that take the way at hand
    std::vector<double> arriving_;  // by stratum, in the state at hand
    std::vector<double> thinned_;   // by stratum, of these
    std::vector<std::uint32_t> chance_of_;  // by age and row
    Chances leaving_;
    std::vector<Chances> shares_;   // by way, and by group instead of age
    std::vector<Chances> at_once_;  // by way, of age 0
    BinomialBatch batch_;
    CellWords words_;  // of those who arrive, by way and row
    Stream exits_;
    Stream causes_;
};

}  // namespace opgave::detail
