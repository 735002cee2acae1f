#include "entries.hpp"
#include "forward.hpp"
#include "parallel.hpp"

#include <opgave/projection.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

using detail::Forward;
using detail::Lanes;
using detail::lanes;
using detail::MonthChances;
using detail::Plan;
using detail::StartCell;

constexpr int chance_every = 16;  // blocks of `lanes` draws, one of which tells the chance

// By month and state.
using Table = std::vector<Lanes>;

// Dwellings that start alike in one class of strata: their number, and that with every item's
// square of its weight, which its variance is of.
struct Alike {
    Lanes dwellings = {};
    Lanes squares = {};

    void add(std::size_t lane, std::int64_t count, int weight) {
        double const of = static_cast<double>(count) * weight;
        dwellings[lane] += of;
        squares[lane] += of * weight;
    }
};

// Mean and chance variance given the parameters, of so many draws at once as there are lanes.
class Block {
public:
    explicit Block(Plan const& plan)
        : plan_(plan),
          paces_(plan),
          forward_(plan.space, plan.grid),
          states_(static_cast<std::size_t>(plan.hazards.trajectory().state_count())),
          start_(plan.classes.size()),
          entering_(plan.classes.size()) {}

    void take(std::uint64_t first, bool with_chance) {
        paces_.begin(first);
        set_cohorts(first);
        std::size_t const size = static_cast<std::size_t>(plan_.run.months) * states_;
        mean.assign(size, {});
        variance.assign(size, {});
        for (int rate_class = 0; rate_class < static_cast<int>(start_.size()); ++rate_class) {
            set_months(rate_class);
            add_mean(static_cast<std::size_t>(rate_class));
            if (with_chance) {
                add_chance(static_cast<std::size_t>(rate_class));
            }
        }
    }

    Table mean;
    Table variance;  // by chance

private:
    void set_cohorts(std::uint64_t first) {
        std::ranges::for_each(start_, [](auto& cells) { cells.clear(); });
        std::ranges::for_each(entering_, [&](auto& entering) {
            entering.assign(static_cast<std::size_t>(plan_.run.months), {});
        });
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (StartCell const& cell : plan_.start) {
                start_[class_of(cell.stratum)][{cell.state, cell.age}].add(
                    lane, cell.count, plan_.weight(cell.stratum));
            }
            auto const entering = entering_of(plan_, first + lane, plan_.run.months);
            for (std::size_t i = 0; i < entering.size(); ++i) {
                auto const stratum = static_cast<int>(i) % plan_.run.strata;
                std::size_t const month = i / static_cast<std::size_t>(plan_.run.strata);
                entering_[class_of(stratum)][month].add(lane, entering[i], plan_.weight(stratum));
            }
        }
    }

    // The chances of each month; months that are alike share them. From `steady_` on all do.
    void set_months(int rate_class) {
        month_.clear();
        steady_ = 0;
        std::size_t used = 0;
        for (int month = 0; month < plan_.run.months; ++month) {
            if (used == 0 || !paces_.are_alike(month, month - 1)) {
                if (used == chances_.size()) {
                    chances_.emplace_back(plan_);
                }
                chances_[used++].read_anew(paces_, rate_class, month);
                steady_ = month_.size();
            }
            month_.push_back(used - 1);
        }
    }

    // One class: all dwellings together.
    void add_mean(std::size_t rate_class) {
        forward_.begin();
        for (auto const& [cell, alike] : start_[rate_class]) {
            forward_.add(cell.first, cell.second, alike.dwellings.front());
        }
        for (std::size_t month = 0; month < month_.size(); ++month) {
            forward_.step(chances_[month_[month]], entering_[rate_class][month].dwellings);
            for (int state = 0; state < plan_.space.size(); ++state) {
                Lanes& sum = mean[cell_of(month, state)];
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    sum[lane] += forward_.in(state)[lane];
                }
            }
        }
    }

    // Each cohort by itself: its dwellings are independent and alike.
    void add_chance(std::size_t rate_class) {
        for (auto const& [cell, alike] : start_[rate_class]) {
            forward_.begin();
            forward_.add(cell.first, cell.second, 1);
            follow(0, Lanes{});
            add_variance(0, alike.squares);
        }
        Lanes one{};
        one.fill(1);
        std::size_t followed = month_.size();  // who entered in which month
        for (std::size_t month = 0; month < month_.size(); ++month) {
            Lanes const& squares = entering_[rate_class][month].squares;
            if (std::ranges::none_of(squares, [](double n) { return n > 0; })) {
                continue;
            }
            // The months of who enters later are the same, where all are alike.
            if (followed > month || followed < steady_) {
                forward_.begin();
                follow(month, one);
                followed = month;
            }
            add_variance(month, squares);
        }
    }

    // The variance of where a dwelling is, by month since the first one and state.
    void follow(std::size_t first_month, Lanes entering) {
        risk_.clear();
        for (std::size_t month = first_month; month < month_.size(); ++month) {
            forward_.step(chances_[month_[month]], std::exchange(entering, Lanes{}));
            std::ranges::fill(in_state_, Lanes{});
            in_state_.resize(states_);
            for (int state = 0; state < plan_.space.size(); ++state) {
                Lanes& sum = in_state_[static_cast<std::size_t>(plan_.space.state(state))];
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    sum[lane] += forward_.in(state)[lane];
                }
            }
            for (Lanes p : in_state_) {
                for (double& value : p) {
                    value *= 1 - value;
                }
                risk_.push_back(p);
            }
        }
    }

    void add_variance(std::size_t first_month, Lanes const& squares) {
        auto sum = variance.begin() + static_cast<std::ptrdiff_t>(first_month * states_);
        for (auto risk = risk_.begin(); sum != variance.end(); ++sum, ++risk) {
            detail::add_product(squares, *risk, *sum);
        }
    }

    [[nodiscard]] std::size_t cell_of(std::size_t month, int state) const {
        return month * states_ + static_cast<std::size_t>(plan_.space.state(state));
    }
    [[nodiscard]] std::size_t class_of(int stratum) const {
        return static_cast<std::size_t>(plan_.class_of[static_cast<std::size_t>(stratum)]);
    }

    Plan const& plan_;
    detail::Paces paces_;
    std::vector<MonthChances> chances_;
    std::vector<std::size_t> month_;  // which of them it has
    std::size_t steady_ = 0;          // the first of the months at the end that are alike
    Forward forward_;
    std::size_t states_;
    std::vector<std::map<std::pair<int, int>, Alike>> start_;  // by class: state and age
    std::vector<std::vector<Alike>> entering_;                 // by class and month
    Table in_state_;
    Table risk_;  // as `follow` finds it
};

// Draws so far. Mean and squares by Welford's update, joined as Chan, Golub and LeVeque 1983.
struct Sums {
    double draws = 0;
    Eigen::ArrayXXd mean;
    Eigen::ArrayXXd square;  // of deviations from the mean
    double chance_draws = 0;
    Eigen::ArrayXXd chance;

    Sums(int months, int states)
        : mean(Eigen::ArrayXXd::Zero(months, states)), square(mean), chance(mean) {}

    void add(Block const& block, std::size_t lane, bool with_chance) {
        draws += 1;
        chance_draws += with_chance ? 1 : 0;
        for (Eigen::Index i = 0; i < mean.size(); ++i) {
            Eigen::Index const month = i / mean.cols();
            Eigen::Index const state = i % mean.cols();
            auto const at = static_cast<std::size_t>(i);
            double const deviation = block.mean[at][lane] - mean(month, state);
            mean(month, state) += deviation / draws;
            square(month, state) += deviation * (block.mean[at][lane] - mean(month, state));
            chance(month, state) += with_chance ? block.variance[at][lane] : 0;
        }
    }

    void join(Sums const& other) {
        double const all = draws + other.draws;
        Eigen::ArrayXXd const deviation = other.mean - mean;
        mean += deviation * (other.draws / all);
        square += other.square + deviation.square() * (draws * other.draws / all);
        chance += other.chance;
        draws = all;
        chance_draws += other.chance_draws;
    }
};

}  // namespace

Expected expected(Hazards const& hazards, Cohorts const& cohorts, Run const& run) {
    detail::check(run);
    Plan const plan(hazards, cohorts, run);
    if (!plan.is_free()) {
        throw std::invalid_argument(
            "with gates or budgets dwellings wait for each other: their counts are simulated, "
            "not expected");
    }
    int const draws = plan.is_certain() ? 1 : run.paths;
    int const states = hazards.trajectory().state_count();
    // Some 64 parts, which depend on the number of draws alone.
    int const blocks = (draws + lanes - 1) / lanes;
    int const per_part = (blocks + 63) / 64;
    int const parts = (blocks + per_part - 1) / per_part;
    std::vector<Sums> sums(static_cast<std::size_t>(parts), Sums(run.months, states));
    // Every part goes on by so many blocks at a time, to look at the progress in between.
    constexpr int together = 16;
    for (int first = 0; first < per_part; first += together) {
        auto const make_work = [&, first] {
            return [&, first, block = Block(plan)](int part) mutable {
                int const end =
                    std::min(blocks, part * per_part + std::min(per_part, first + together));
                for (int i = part * per_part + first; i < end; ++i) {
                    bool const with_chance = i % chance_every == 0;
                    block.take(static_cast<std::uint64_t>(i) * lanes, with_chance);
                    for (int lane = 0; lane < std::min(lanes, draws - i * lanes); ++lane) {
                        sums[static_cast<std::size_t>(part)].add(
                            block, static_cast<std::size_t>(lane), with_chance);
                    }
                }
            };
        };
        auto const progress = [&](double part) {
            return !run.progress ||
                   run.progress(std::min(1.0, (first + part * together) / per_part));
        };
        if (!detail::share_out(parts, run.threads, make_work, progress)) {
            throw std::runtime_error("the expectation was stopped before its end");
        }
    }
    Sums all(run.months, states);
    std::ranges::for_each(sums, [&](Sums const& part) { all.join(part); });
    Eigen::ArrayXXd const of_parameters = all.square / all.draws;
    return {all.mean, of_parameters + all.chance / all.chance_draws, of_parameters};
}

Expected expected(Hazards const& hazards, Cohorts const& cohorts, int months,
                  std::vector<double> const& inflow, int draws, std::uint64_t seed) {
    return expected(
        hazards, cohorts,
        {.months = months, .scenario = {.inflow = inflow}, .paths = draws, .seed = seed});
}

}  // namespace opgave
