#include <opgave/occupancy.hpp>

#include "risk_sets.hpp"
#include "text.hpp"

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace opgave {

namespace {

using detail::Count;
using detail::DayClock;
using detail::Extent;
using detail::Pair;
using detail::RiskSets;
using detail::SortedClock;
using detail::WeightedCount;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// The covariance of the fractions of a multinomial sample.
Matrix spread(Vector const& fractions, double size) {
    Matrix covariance = -fractions * fractions.transpose();
    covariance.diagonal() += fractions;
    return covariance / size;
}

// Where the probability is, and how sure that is.
class Curve {
public:
    Curve(Vector initial, bool variance)
        : p_(std::move(initial)), covariance_(Matrix::Zero(variance ? p_.size() : 0, p_.size())) {}

    [[nodiscard]] Vector const& probability() const noexcept { return p_; }
    [[nodiscard]] Vector std_error() const {
        return covariance_.diagonal().cwiseMax(0).cwiseSqrt();
    }

    // Of `fractions`, a row says which parts of a state move on or stay; `size` is its risk set, 0
    // where nobody moves.
    void move(Matrix const& fractions, Vector const& size) {
        if (covariance_.rows() > 0) {
            covariance_ = (fractions.transpose() * covariance_ * fractions).eval();
            for (Eigen::Index h = 0; h < p_.size(); ++h) {
                if (size[h] > 0)
                    covariance_ += p_[h] * p_[h] * spread(fractions.row(h).transpose(), size[h]);
            }
        }
        p_ = (fractions.transpose() * p_).eval();
    }

    // The same where those who move on may do so again at once: the diagonal of `fractions` holds
    // those who stay, and the flow through each state is what is there and what comes.
    void move_at_once(Matrix const& fractions, Vector const& size, double time) {
        Matrix onward = fractions;
        onward.diagonal().setZero();
        auto const states = p_.size();
        Eigen::FullPivLU<Matrix> const passing(Matrix::Identity(states, states) -
                                               onward.transpose());
        if (!passing.isInvertible())
            throw std::invalid_argument("stays without length at time " + write_number(time) +
                                        " only lead to one another");
        Matrix const flow = passing.inverse();
        Matrix const arrive = fractions.diagonal().asDiagonal() * flow;
        Vector const through = flow * p_;
        if (covariance_.rows() > 0) {
            covariance_ = (arrive * covariance_ * arrive.transpose()).eval();
            for (Eigen::Index h = 0; h < states; ++h) {
                if (size[h] <= 0) continue;
                Matrix effect = arrive;
                effect.col(h) = Vector::Unit(states, h);
                covariance_ += through[h] * through[h] * effect *
                               spread(fractions.row(h).transpose(), size[h]) * effect.transpose();
            }
        }
        p_ = arrive * p_;
    }

private:
    Vector p_;
    Matrix covariance_;
};

// The fractions of one instant, before anybody moved, and the risk set of each state that moves.
struct Fractions {
    explicit Fractions(Eigen::Index states)
        : matrix(Matrix::Identity(states, states)), size(Vector::Zero(states)) {}

    Matrix matrix;
    Vector size;
};

template <class Amount>
struct Step {
    Pair pair;
    Amount amount;
};

// Of the risk sets, the part that moves; a set of which all move leaves exactly nothing.
template <class Amount>
Fractions fractions_of(std::vector<Amount> at_risk, std::vector<Step<Amount>> const& steps) {
    Fractions result(static_cast<Eigen::Index>(at_risk.size()));
    for (auto const& step : steps) {
        auto const from = static_cast<Eigen::Index>(step.pair.from);
        auto& size = result.size[from];
        if (size == 0) size = at_risk[step.pair.from].value();
        result.matrix(from, static_cast<Eigen::Index>(step.pair.to)) = step.amount.value() / size;
        auto& left = at_risk[step.pair.from];
        left -= step.amount;
        result.matrix(from, from) = left.rows == 0 ? 0 : left.value() / size;
    }
    return result;
}

// The first time at which all at risk in a state moved on, with what there was.
struct Emptied {
    double time = 0;
    double probability = 0;
    double size = 0;
};

// The part of each amount in the whole; what is below zero counts as nothing.
template <class Amount>
std::vector<double> shares(std::vector<Amount> const& amounts) {
    std::vector<double> parts;
    double sum = 0;
    for (Amount const& amount : amounts) {
        parts.push_back(amount.rows > 0 ? std::max(amount.value(), 0.0) : 0);
        sum += parts.back();
    }
    for (double& part : parts) part /= sum;
    return parts;
}

template <class Amount>
bool is_anybody(std::vector<Amount> const& amounts) {
    return std::any_of(amounts.begin(), amounts.end(), [](Amount const& a) { return a.rows > 0; });
}

// Goes through the times once, with who is at risk.
template <class Amount, class Clock>
class Walk {
public:
    Walk(RiskSets<Amount> const& sets, Clock const& clock, Occupancy& result)
        : sets_(sets),
          clock_(clock),
          result_(result),
          at_risk_(sets.states),
          emptied_(sets.states),
          next_(sets.at_once.begin()) {}

    [[nodiscard]] std::vector<std::optional<Emptied>> const& emptied() const noexcept {
        return emptied_;
    }

    void run(double last_stop, bool variance) {
        make_room(last_stop, variance);
        for (std::size_t k = 0; k < clock_.size; ++k) {
            enter(2 * k);
            read_steps(k);
            bool const is_busy = !steps_.empty() || !at_once_.empty();
            if (is_busy && !curve_) begin(variance);
            if (!steps_.empty()) move(k);
            enter(2 * k + 1);
            if (!at_once_.empty()) move_at_once(k);
            if (is_busy) write();
        }
        if (!curve_) begin(variance);
        if (row_ < result_.probability.rows()) write();
    }

private:
    using Steps = std::vector<Step<Amount>>;

    // The times of the result: those of moves, and the last one.
    void make_room(double last_stop, bool variance) {
        std::vector<char> busy(clock_.size);
        auto const pairs = sets_.pairs.size() + 1;
        for (std::size_t k = 0; k < clock_.size; ++k) {
            for (std::size_t pair = 1; pair < pairs; ++pair)
                if (sets_.moved[k * pairs + pair].rows != 0) busy[k] = 1;
        }
        for (auto const& [place, amount] : sets_.at_once) busy[place.first] = 1;
        for (std::size_t k = 0; k < clock_.size; ++k) {
            if (busy[k] != 0) result_.times.push_back(clock_.time(k));
        }
        if (result_.times.empty() || result_.times.back() < last_stop)
            result_.times.push_back(last_stop);
        auto const times = static_cast<Eigen::Index>(result_.times.size());
        auto const states = static_cast<Eigen::Index>(sets_.states);
        result_.probability.resize(times, states);
        result_.std_error.resize(variance ? times : 0, states);
    }

    void enter(std::size_t slot) {
        for (std::size_t h = 0; h < sets_.states; ++h)
            at_risk_[h] += sets_.change[slot * sets_.states + h];
    }

    void read_steps(std::size_t k) {
        steps_.clear();
        at_once_.clear();
        auto const pairs = sets_.pairs.size() + 1;
        for (std::size_t pair = 1; pair < pairs; ++pair) {
            auto const& amount = sets_.moved[k * pairs + pair];
            if (amount.rows != 0) steps_.push_back({sets_.pairs[pair - 1], amount});
        }
        for (; next_ != sets_.at_once.end() && next_->first.first == k; ++next_)
            at_once_.push_back({sets_.pairs[next_->first.second - 1], next_->second});
    }

    // Who is there before the first move. If all start only then, stays without length lead to
    // some of the others.
    void begin(bool variance) {
        if (result_.initial.empty()) {
            auto present = at_risk_;
            if (!is_anybody(present)) {
                std::size_t const slot = 2 * clock_.index(result_.times.front()) + 1;
                for (std::size_t h = 0; h < sets_.states; ++h)
                    present[h] += sets_.change[slot * sets_.states + h];
                for (auto const& step : at_once_) {
                    present[step.pair.from] += step.amount;
                    present[step.pair.to] -= step.amount;
                }
            }
            if (!is_anybody(present))
                throw std::invalid_argument(
                    "initial must be given: nobody is at risk before the first move, at time " +
                    write_number(result_.times.front()));
            result_.initial = shares(present);
        }
        auto const states = static_cast<Eigen::Index>(sets_.states);
        curve_.emplace(Eigen::Map<Vector const>(result_.initial.data(), states), variance);
    }

    void move(std::size_t k) {
        auto const fractions = fractions_of(at_risk_, steps_);
        watch(fractions, k);
        curve_->move(fractions.matrix, fractions.size);
    }

    void move_at_once(std::size_t k) {
        auto present = at_risk_;
        for (auto const& step : at_once_) present[step.pair.from] += step.amount;
        auto const fractions = fractions_of(present, at_once_);
        watch(fractions, k);
        curve_->move_at_once(fractions.matrix, fractions.size, clock_.time(k));
    }

    void watch(Fractions const& fractions, std::size_t k) {
        for (Eigen::Index h = 0; h < fractions.size.size(); ++h) {
            auto& emptied = emptied_[static_cast<std::size_t>(h)];
            double const probability = curve_->probability()[h];
            bool const all_move = fractions.size[h] > 0 && fractions.matrix(h, h) == 0;
            if (all_move && probability > 0 && !emptied)
                emptied = {clock_.time(k), probability, fractions.size[h]};
        }
    }

    void write() {
        result_.probability.row(row_) = curve_->probability().transpose().array();
        if (result_.std_error.rows() > 0)
            result_.std_error.row(row_) = curve_->std_error().transpose().array();
        ++row_;
    }

    RiskSets<Amount> const& sets_;
    Clock const& clock_;
    Occupancy& result_;
    std::vector<Amount> at_risk_;
    std::vector<std::optional<Emptied>> emptied_;
    typename std::map<std::pair<std::size_t, std::size_t>, Amount>::const_iterator next_;
    Steps steps_ = {};
    Steps at_once_ = {};
    std::optional<Curve> curve_ = {};
    Eigen::Index row_ = 0;
};

// By weight, the states of those who start first; nobody moves.
template <class Time>
std::vector<double> first_states(StateRows<Time> const& rows, double first, std::size_t states) {
    std::vector<WeightedCount> amounts(states);
    for (std::size_t row = 0; row < rows.from.size(); ++row) {
        auto const start = static_cast<double>(rows.start[row]);
        double const weight = rows.weight.empty() ? 1 : rows.weight[row];
        if (start == first && static_cast<double>(rows.stop[row]) > start && weight > 0)
            amounts[static_cast<std::size_t>(rows.from[row])].add(weight);
    }
    return shares(amounts);
}

// Days may be counted directly if that takes no more memory than the rows do.
bool is_short(Extent const& extent, std::size_t rows, std::size_t states) {
    constexpr double free_cells = 100'000;
    double const days = extent.last_stop - extent.first_start + 1;
    auto const cells = static_cast<double>(2 * states + extent.pairs.size() + 1);
    return extent.is_whole && days * cells <= 3 * static_cast<double>(rows) + free_cells;
}

template <class Time>
SortedClock clock_of_moves(StateRows<Time> const& rows) {
    std::vector<double> times;
    for (std::size_t row = 0; row < rows.from.size(); ++row) {
        bool const is_counted = rows.weight.empty() || rows.weight[row] > 0;
        if (is_counted && detail::moves(rows, row))
            times.push_back(static_cast<double>(rows.stop[row]));
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    auto const size = times.size();
    return {std::move(times), size};
}

double probability_at(Occupancy const& curves, double time, std::size_t state) {
    auto const row =
        std::upper_bound(curves.times.begin(), curves.times.end(), time) - curves.times.begin();
    return row == 0 ? curves.initial[state]
                    : curves.probability(row - 1, static_cast<Eigen::Index>(state));
}

// Where a state was emptied, looks for those who turn up in it while its probability is nothing.
template <class Time>
void warn_of_late_entry(StateRows<Time> const& rows, std::size_t state, Emptied const& emptied,
                        Occupancy& result) {
    std::optional<double> first;
    for (std::size_t row = 0; row < rows.from.size(); ++row) {
        auto const start = static_cast<double>(rows.start[row]);
        if (static_cast<std::size_t>(rows.from[row]) != state || start < emptied.time) continue;
        bool const has_length = rows.stop[row] > rows.start[row];
        if (!has_length || (first && start >= *first) || detail::is_ignored(rows, row)) continue;
        if (probability_at(result, start, state) == 0) first = start;
    }
    if (!first) return;
    result.warnings.push_back(
        "at time " + write_number(emptied.time) + " all at risk in " + quote(result.states[state]) +
        " (" + write_number(emptied.size) + ") move on and take its probability of " +
        write_number(emptied.probability) +
        " along, although others are first observed there at time " + write_number(*first));
}

template <class Amount, class Clock, class Time>
void estimate(StateRows<Time> const& rows, Extent const& extent, Clock const& clock, bool variance,
              Occupancy& result) {
    auto const sets = detail::count_risk_sets<Amount>(rows, extent, result.states.size(), clock);
    Walk<Amount, Clock> walk(sets, clock, result);
    walk.run(extent.last_stop, variance);
    for (std::size_t h = 0; h < result.states.size(); ++h) {
        if (walk.emptied()[h]) warn_of_late_entry(rows, h, *walk.emptied()[h], result);
    }
}

template <class Amount, class Time>
void estimate(StateRows<Time> const& rows, Extent const& extent, bool variance, Occupancy& result) {
    if (is_short(extent, rows.from.size(), result.states.size())) {
        auto const days = static_cast<std::size_t>(extent.last_stop - extent.first_start) + 1;
        estimate<Amount>(rows, extent, DayClock{extent.first_start, days}, variance, result);
    } else {
        estimate<Amount>(rows, extent, clock_of_moves(rows), variance, result);
    }
}

template <class Time>
Occupancy estimate(StateRows<Time> const& rows, OccupancyOptions const& options) {
    auto const extent = detail::examine(rows, options);
    if (!extent.is_observed)
        throw std::invalid_argument(
            "rows must hold a stay that has length and weight or ends in a move, got none in " +
            count_of(rows.from.size(), "row"));
    Occupancy result{.states = options.states, .initial = options.initial};
    if (result.initial.empty() && extent.pairs.empty())
        result.initial = first_states(rows, extent.first_start, options.states.size());
    if (rows.weight.empty())
        estimate<Count>(rows, extent, options.variance, result);
    else
        estimate<WeightedCount>(rows, extent, options.variance, result);
    return result;
}

bool same_table(OccupancyTable const& a, OccupancyTable const& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() && (a == b).all();
}

}  // namespace

Occupancy aalen_johansen(StateRows<double> const& rows, OccupancyOptions const& options) {
    return estimate(rows, options);
}

Occupancy aalen_johansen(StateRows<std::int32_t> const& rows, OccupancyOptions const& options) {
    return estimate(rows, options);
}

OccupancyReading Occupancy::at(std::vector<double> const& when) const {
    auto const n = static_cast<Eigen::Index>(when.size());
    auto const columns = static_cast<Eigen::Index>(states.size());
    bool const has_variance = std_error.rows() > 0;
    OccupancyReading result{OccupancyTable(n, columns),
                            OccupancyTable(has_variance ? n : 0, columns)};
    for (Eigen::Index i = 0; i < n; ++i) {
        double const time = when[static_cast<std::size_t>(i)];
        if (std::isnan(time))
            throw std::invalid_argument("a time must be a number, got nan at place " +
                                        std::to_string(i));
        auto const row = std::upper_bound(times.begin(), times.end(), time) - times.begin() - 1;
        for (Eigen::Index j = 0; j < columns; ++j) {
            result.probability(i, j) =
                row < 0 ? initial[static_cast<std::size_t>(j)] : probability(row, j);
            if (has_variance) result.std_error(i, j) = row < 0 ? 0 : std_error(row, j);
        }
    }
    return result;
}

bool operator==(Occupancy const& a, Occupancy const& b) {
    return a.states == b.states && a.times == b.times && a.initial == b.initial &&
           same_table(a.probability, b.probability) && same_table(a.std_error, b.std_error) &&
           a.warnings == b.warnings;
}

}  // namespace opgave
