#include "entries.hpp"
#include "forward.hpp"
#include "parallel.hpp"
#include "vectorised.hpp"

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

// Adds what is in every state of the engine to its state of the trajectory.
OPGAVE_VECTORISED
void add_by_state(detail::StateSpace const& space, detail::Forward const& forward,
                  Lanes* sum) noexcept {
    for (int state = 0; state < space.size(); ++state) {
        Lanes const& here = forward.in(state);
        Lanes& there = sum[space.state(state)];
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            there[lane] += here[lane];
        }
    }
}

// The variances of being somewhere with these chances.
OPGAVE_VECTORISED
void to_variances(std::size_t size, Lanes* chance) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        for (double& p : chance[i]) {
            p *= 1 - p;
        }
    }
}

OPGAVE_VECTORISED
void add_products(std::size_t size, Lanes const& factor, Lanes const* __restrict from,
                  Lanes* __restrict sum) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        detail::add_product(factor, from[i], sum[i]);
    }
}

// Welford's update of mean and squares, of the lanes where `counts` is 1 and not 0: the others are
// left as they are.
OPGAVE_VECTORISED
void update(std::size_t size, Lanes const& counts, double part, Lanes const* __restrict value,
            Lanes* __restrict mean, Lanes* __restrict square) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            double const deviation = counts[lane] * (value[i][lane] - mean[i][lane]);
            mean[i][lane] += deviation * part;
            square[i][lane] += deviation * (value[i][lane] - mean[i][lane]);
        }
    }
}

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
            add_by_state(plan_.space, forward_, mean.data() + month * states_);
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
        risk_.assign((month_.size() - first_month) * states_, {});
        Lanes* in_state = risk_.data();
        for (std::size_t month = first_month; month < month_.size(); ++month) {
            forward_.step(chances_[month_[month]], std::exchange(entering, Lanes{}));
            add_by_state(plan_.space, forward_, in_state);
            in_state += states_;
        }
        to_variances(risk_.size(), risk_.data());
    }

    void add_variance(std::size_t first_month, Lanes const& squares) {
        std::size_t const first = first_month * states_;
        add_products(variance.size() - first, squares, risk_.data(), variance.data() + first);
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
    Table risk_;                                               // as `follow` finds it
};

// Draws of some blocks, one after the other: mean and squares of deviations from it, of each lane
// by itself.
struct BlockSums {
    explicit BlockSums(std::size_t size) : mean(size), square(size), chance(size) {}

    // The first so many lanes of a block count.
    void add(Block const& block, int many, bool with_chance) {
        Lanes counts{};
        std::fill_n(counts.begin(), many, 1.0);
        blocks += 1;
        detail::add_product(counts, counts, draws);
        update(mean.size(), counts, 1 / blocks, block.mean.data(), mean.data(), square.data());
        if (with_chance) {
            chance_draws += many;
            add_products(chance.size(), counts, block.variance.data(), chance.data());
        }
    }

    double blocks = 0;
    Lanes draws = {};
    Table mean;
    Table square;
    double chance_draws = 0;
    Table chance;
};

// All draws so far, by month and state.
struct Sums {
    using Values = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    Sums(int months, int states) : mean(Values::Zero(months, states)), square(mean), chance(mean) {}

    void join(BlockSums const& blocks) {
        for (std::size_t lane = 0; lane < lanes && blocks.draws[lane] > 0; ++lane) {
            join(blocks.draws[lane], of_lane(blocks.mean, lane), of_lane(blocks.square, lane));
            chance += of_lane(blocks.chance, lane);
        }
        chance_draws += blocks.chance_draws;
    }

    void join(Sums const& other) {
        join(other.draws, other.mean, other.square);
        chance += other.chance;
        chance_draws += other.chance_draws;
    }

    double draws = 0;
    Values mean;
    Values square;
    double chance_draws = 0;
    Values chance;

private:
    [[nodiscard]] Values of_lane(Table const& table, std::size_t lane) const {
        Values values(mean.rows(), mean.cols());
        std::ranges::transform(table, values.data(), [lane](Lanes const& at) { return at[lane]; });
        return values;
    }

    // Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", The American
    // Statistician 37.
    void join(double other_draws, Values const& other_mean, Values const& other_square) {
        double const all = draws + other_draws;
        Values const deviation = other_mean - mean;
        mean += deviation * (other_draws / all);
        square += other_square + deviation.square() * (draws * other_draws / all);
        draws = all;
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
            return [&, first, block = Block(plan)](int part,
                                                   detail::GoesOn const& /*goes_on*/) mutable {
                int const end =
                    std::min(blocks, part * per_part + std::min(per_part, first + together));
                BlockSums of_blocks(static_cast<std::size_t>(run.months * states));
                for (int i = part * per_part + first; i < end; ++i) {
                    bool const with_chance = i % chance_every == 0;
                    block.take(static_cast<std::uint64_t>(i) * lanes, with_chance);
                    of_blocks.add(block, std::min(lanes, draws - i * lanes), with_chance);
                }
                sums[static_cast<std::size_t>(part)].join(of_blocks);
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
    Sums::Values const of_parameters = all.square / all.draws;
    return {all.mean, of_parameters + all.chance / all.chance_draws, of_parameters};
}

Expected expected(Hazards const& hazards, Cohorts const& cohorts, int months,
                  std::vector<double> const& inflow, int draws, std::uint64_t seed) {
    return expected(
        hazards, cohorts,
        {.months = months, .scenario = {.inflow = inflow}, .paths = draws, .seed = seed});
}

}  // namespace opgave
