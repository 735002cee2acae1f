#pragma once
// Who is at risk in each state at each time, and who moves: counted from rows.
//
// A time has two slots: at the first, those whose stay (start, stop] has the time inside are at
// risk; at the second, those who are there right after it, start <= time < stop. Stays without
// length move at the second.

#include <opgave/occupancy.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace opgave::detail {

// Rows of weight one.
struct Count {
    std::int64_t rows = 0;

    static double weight(std::span<double const>, std::size_t) noexcept { return 1; }
    void add(double) noexcept { ++rows; }
    void remove(double) noexcept { --rows; }
    Count& operator+=(Count const& other) noexcept {
        rows += other.rows;
        return *this;
    }
    Count& operator-=(Count const& other) noexcept {
        rows -= other.rows;
        return *this;
    }
    [[nodiscard]] double value() const noexcept { return static_cast<double>(rows); }
};

// Rows and their weight, to twice the precision of a double: what leaves cancels what entered, and
// the order of the rows does not show.
struct WeightedCount {
    std::int64_t rows = 0;
    double high = 0;
    double low = 0;

    static double weight(std::span<double const> weights, std::size_t row) noexcept {
        return weights[row];
    }
    void add(double weight) noexcept {
        ++rows;
        sum(weight);
    }
    void remove(double weight) noexcept {
        --rows;
        sum(-weight);
    }
    WeightedCount& operator+=(WeightedCount const& other) noexcept {
        rows += other.rows;
        sum(other.high);
        sum(other.low);
        return *this;
    }
    WeightedCount& operator-=(WeightedCount const& other) noexcept {
        rows -= other.rows;
        sum(-other.high);
        sum(-other.low);
        return *this;
    }
    [[nodiscard]] double value() const noexcept { return high; }

private:
    // Knuth's two-sum.
    void sum(double term) noexcept {
        double const total = high + term;
        double const part = total - high;
        low += (high - (total - part)) + (term - part);
        high = total + low;
        low -= high - total;
    }
};

// Every whole number from the first on is a time.
struct DayClock {
    double first = 0;
    std::size_t size = 0;

    [[nodiscard]] std::size_t index(double time) const noexcept {
        return static_cast<std::size_t>(static_cast<std::int64_t>(time - first));
    }
    [[nodiscard]] std::size_t slot_after(double time) const noexcept { return 2 * index(time) + 1; }
    [[nodiscard]] double time(std::size_t index) const noexcept {
        return first + static_cast<double>(index);
    }
};

// The times of moves.
struct SortedClock {
    std::vector<double> times = {};
    std::size_t size = 0;

    [[nodiscard]] std::size_t index(double time) const noexcept {
        return static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), time) -
                                        times.begin());
    }
    [[nodiscard]] std::size_t slot_after(double time) const noexcept {
        auto const place = index(time);
        return 2 * place + (place < times.size() && times[place] == time ? 1U : 0U);
    }
    [[nodiscard]] double time(std::size_t index) const noexcept { return times[index]; }
};

struct Pair {
    std::size_t from = 0;
    std::size_t to = 0;
};

template <class Time>
[[nodiscard]] bool moves(StateRows<Time> const& rows, std::size_t row) noexcept {
    return rows.to[row] >= 0 && rows.to[row] != rows.from[row];
}

// Whether a row observes nothing.
template <class Time>
[[nodiscard]] bool is_ignored(StateRows<Time> const& rows, std::size_t row) noexcept {
    if (rows.start[row] == rows.stop[row] && !moves(rows, row)) return true;
    return !rows.weight.empty() && rows.weight[row] == 0;
}

// A place in a table of states by (censored and states).
template <class Time>
[[nodiscard]] std::size_t place_of(StateRows<Time> const& rows, std::size_t row,
                                   std::size_t states) noexcept {
    return static_cast<std::size_t>(rows.from[row]) * (states + 1) +
           static_cast<std::size_t>(rows.to[row] + 1);
}

// What a look at all rows tells.
struct Extent {
    double first_start = 0;
    double last_stop = 0;
    bool is_whole = true;                       // every time is a whole number
    bool is_observed = false;                   // some row has length or moves
    std::vector<Pair> pairs = {};               // the moves that occur
    std::vector<std::int32_t> pair_index = {};  // by `place_of`, from 1; 0 is no move
};

template <class Amount>
struct RiskSets {
    std::size_t states = 0;
    std::vector<Pair> pairs = {};
    std::vector<Amount> change = {};  // slot x state: who comes to be at risk less who no longer is
    std::vector<Amount> moved = {};   // time x (1 + pair): at the end of stays with length
    // by time and 1 + pair: at the end of stays without
    std::map<std::pair<std::size_t, std::size_t>, Amount> at_once = {};
};

// Throws std::invalid_argument as `aalen_johansen` says.
template <class Time>
[[nodiscard]] Extent examine(StateRows<Time> const& rows, OccupancyOptions const& options);

template <class Amount, class Clock, class Time>
RiskSets<Amount> count_risk_sets(StateRows<Time> const& rows, Extent const& extent,
                                 std::size_t states, Clock const& clock) {
    RiskSets<Amount> sets{.states = states, .pairs = extent.pairs};
    auto const pairs = extent.pairs.size() + 1;
    sets.change.resize((2 * clock.size + 1) * states);
    sets.moved.resize((clock.size + 1) * pairs);
    for (std::size_t row = 0; row < rows.from.size(); ++row) {
        if (is_ignored(rows, row)) continue;
        double const weight = Amount::weight(rows.weight, row);
        auto const from = static_cast<std::size_t>(rows.from[row]);
        auto const start = static_cast<double>(rows.start[row]);
        auto const stop = static_cast<double>(rows.stop[row]);
        sets.change[clock.slot_after(start) * states + from].add(weight);
        auto const end = clock.slot_after(stop);
        sets.change[end * states + from].remove(weight);
        auto const pair = static_cast<std::size_t>(extent.pair_index[place_of(rows, row, states)]);
        auto const time = end / 2;  // of a move; what is censored is not read
        auto& amount = start == stop ? sets.at_once[{time, pair}] : sets.moved[time * pairs + pair];
        amount.add(weight);
    }
    return sets;
}

}  // namespace opgave::detail
