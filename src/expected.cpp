#include "model.hpp"
#include "step_table.hpp"

#include <opgave/projection.hpp>

#include <stdexcept>
#include <string>

namespace opgave {

namespace {

using detail::AgeGrid;
using detail::StartCell;
using detail::StateSpace;
using detail::StepTable;

// The probability of being in one state some months later, by where a dwelling is at the end of a
// month: rows are the engine's states, columns ages. Kolmogorov's backward equation on the grid.
class Backward {
public:
    Backward(StateSpace const& space, AgeGrid const& grid, StepTable const& table)
        : space_(space),
          grid_(grid),
          table_(table),
          now_(space.size(), grid.ages()),
          arriving_(space.size()) {}

    // Zero months: certain.
    void begin(State target) {
        for (int state = 0; state < space_.size(); ++state) {
            now_.row(state).setConstant(space_.state(state) == target ? 1.0 : 0.0);
        }
        update_arriving();
    }

    // One month more.
    void step() {
        Eigen::ArrayXXd const before = now_;
        for (int state = 0; state < space_.size(); ++state) {
            for (int age = 0; age < grid_.ages(); ++age) {
                int const next = std::min(age + 1, grid_.ages() - 1);
                double const leave = leaving(state, grid_.group(next));
                now_(state, age) = (1 - leave) * before(state, next) +
                                   leave * after_leaving(state, grid_.group(next), before);
            }
        }
        update_arriving();
    }

    // Of a dwelling at the end of a month, and of one that enters in the month of that end.
    [[nodiscard]] double at(int state, int age) const { return now_(state, age); }
    [[nodiscard]] double arriving(int state) const { return arriving_(state); }

private:
    [[nodiscard]] double leaving(int state, int group) const {
        return space_.ways(state).empty() ? 0 : probability(table_.leaving(state, group));
    }

    [[nodiscard]] double after_leaving(int state, int group, Eigen::ArrayXXd const& end) const {
        auto const& ways = space_.ways(state);
        double const* const share = table_.shares(state, group);
        double sum = 0;
        for (std::size_t k = 0; k < ways.size(); ++k) {
            sum += share[k] * (ways[k].cascades ? arriving_(ways[k].to) : end(ways[k].to, 0));
        }
        return sum;
    }

    // Ways that cascade lead to later states: those first.
    void update_arriving() {
        for (int state = space_.size() - 1; state >= 0; --state) {
            double const leave = leaving(state, 0);
            arriving_(state) = (1 - leave) * now_(state, 0) + leave * after_leaving(state, 0, now_);
        }
    }

    StateSpace const& space_;
    AgeGrid const& grid_;
    StepTable const& table_;
    Eigen::ArrayXXd now_;
    Eigen::ArrayXd arriving_;
};

// Mean and chance variance of all states for one set of rates: dwellings are independent, so the
// count is a sum of binomials over cohorts.
struct Moments {
    Eigen::ArrayXXd mean;
    Eigen::ArrayXXd variance;
};

void add_cohort(Moments& moments, int month, State state, double count, double p) {
    moments.mean(month, state) += count * p;
    moments.variance(month, state) += count * p * (1 - p);
}

Moments moments(StateSpace const& space, AgeGrid const& grid, StepTable const& table,
                std::vector<StartCell> const& start, std::vector<std::int64_t> const& entries,
                int states) {
    auto const months = static_cast<int>(entries.size());
    Moments result{Eigen::ArrayXXd::Zero(months, states), Eigen::ArrayXXd::Zero(months, states)};
    Backward backward(space, grid, table);
    for (State state = 0; state < states; ++state) {
        backward.begin(state);
        for (int elapsed = 0; elapsed < months; ++elapsed) {
            for (int month = elapsed; month < months; ++month) {
                auto const entered = static_cast<std::size_t>(month - elapsed);
                add_cohort(result, month, state, static_cast<double>(entries[entered]),
                           backward.arriving(0));
            }
            backward.step();
            for (StartCell const& cell : start) {
                add_cohort(result, elapsed, state, static_cast<double>(cell.count),
                           backward.at(cell.state, cell.age));
            }
        }
    }
    return result;
}

}  // namespace

Expected expected(Hazards const& hazards, Cohorts const& cohorts, int months,
                  std::vector<double> const& inflow, int draws, std::uint64_t seed) {
    if (months < 1 || draws < 1) {
        throw std::invalid_argument("months and draws must be >= 1, got " + std::to_string(months) +
                                    " and " + std::to_string(draws));
    }
    check(Scenario{.inflow = inflow});
    StateSpace const space(hazards);
    AgeGrid const grid(hazards.band_edges_months());
    StepTable table(space, grid);
    auto const start = start_cells(hazards.trajectory(), space, grid, cohorts, 1);
    auto const entries = detail::planned_entries(
        inflow, std::vector<double>(static_cast<std::size_t>(months), 1.0), 1);
    int const states = hazards.trajectory().state_count();
    auto const zero = Eigen::ArrayXXd::Zero(months, states);
    Expected result{zero, zero, zero};
    std::vector<double> const whole(static_cast<std::size_t>(space.size()), 1.0);
    int const used = hazards.is_certain() ? 1 : draws;
    for (int i = 0; i < used; ++i) {
        table.fill(hazards.draw(seed, static_cast<std::uint64_t>(i)).rates);
        table.stretch(whole);
        Moments const one = moments(space, grid, table, start, entries, states);
        // Welford's update: exact also where the mean is large and its spread small.
        Eigen::ArrayXXd const deviation = one.mean - result.mean;
        result.mean += deviation / (i + 1);
        result.parameter_variance += deviation * (one.mean - result.mean);
        result.variance += (one.variance - result.variance) / (i + 1);
    }
    result.parameter_variance /= used;
    result.variance += result.parameter_variance;
    return result;
}

}  // namespace opgave
