#include "risk_sets.hpp"

#include "text.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace opgave::detail {

namespace {

[[noreturn]] void refuse(std::string const& rule, double value, std::size_t row) {
    throw std::invalid_argument(rule + ", got " + write_number(value) + " at row " +
                                std::to_string(row));
}

void check_length(char const* column, std::size_t length, std::size_t rows) {
    if (length != rows)
        throw std::invalid_argument(std::string(column) +
                                    " must be as long as from_state, which has " +
                                    count_of(rows, "row") + ", got " + std::to_string(length));
}

void check_state(char const* column, std::int32_t state, std::int32_t lowest, std::size_t states,
                 std::size_t row) {
    if (state < lowest || state >= static_cast<std::int64_t>(states))
        refuse(std::string(column) + " must be from " + std::to_string(lowest) + " to " +
                   std::to_string(static_cast<std::int64_t>(states) - 1),
               state, row);
}

void check_times(double start, double stop, std::size_t row) {
    if (!std::isfinite(start)) refuse("start must be a finite number", start, row);
    if (!std::isfinite(stop)) refuse("stop must be a finite number", stop, row);
    if (stop < start) refuse("stop must be >= start (" + write_number(start) + ")", stop, row);
}

void check_weight(double weight, std::size_t row) {
    if (!(weight >= 0 && std::isfinite(weight))) refuse("weight must be >= 0", weight, row);
}

template <class Time>
void check_lengths(StateRows<Time> const& rows) {
    auto const n = rows.from.size();
    check_length("to_state", rows.to.size(), n);
    check_length("start", rows.start.size(), n);
    check_length("stop", rows.stop.size(), n);
    if (!rows.weight.empty()) check_length("weight", rows.weight.size(), n);
}

void check_initial(OccupancyOptions const& options) {
    auto const& initial = options.initial;
    if (initial.empty()) return;
    if (initial.size() != options.states.size())
        throw std::invalid_argument("initial must have one probability per state, " +
                                    std::to_string(options.states.size()) + ", got " +
                                    std::to_string(initial.size()));
    double sum = 0;
    for (std::size_t i = 0; i < initial.size(); ++i) {
        if (!(initial[i] >= 0 && initial[i] <= 1))
            throw std::invalid_argument("initial must be probabilities, got " +
                                        write_number(initial[i]) + " for " +
                                        quote(options.states[i]));
        sum += initial[i];
    }
    constexpr double tolerance = 1e-9;
    if (std::fabs(sum - 1) > tolerance)
        throw std::invalid_argument("initial must sum to 1, got " + write_number(sum));
}

// Adding and taking away this number rounds to a whole one, without a call.
bool is_whole(double time) noexcept {
    constexpr double rounder = 6755399441055744.0;  // 1.5 x 2^52
    return (time + rounder) - rounder == time;
}

// `seen` says by from_state and to_state + 1 what occurs.
void list_pairs(Extent& extent, std::vector<char> const& seen, std::size_t states) {
    extent.pair_index.resize(seen.size());
    for (std::size_t from = 0; from < states; ++from) {
        for (std::size_t to = 0; to < states; ++to) {
            auto const place = from * (states + 1) + to + 1;
            if (from == to || seen[place] == 0) continue;
            extent.pairs.push_back({from, to});
            extent.pair_index[place] = static_cast<std::int32_t>(extent.pairs.size());
        }
    }
}

}  // namespace

template <class Time>
Extent examine(StateRows<Time> const& rows, OccupancyOptions const& options) {
    check_lengths(rows);
    check_initial(options);
    auto const states = options.states.size();
    double first_start = std::numeric_limits<double>::infinity();
    double last_stop = -first_start;
    bool all_whole = true;
    std::vector<char> seen(states * (states + 1));
    for (std::size_t row = 0; row < rows.from.size(); ++row) {
        auto const start = static_cast<double>(rows.start[row]);
        auto const stop = static_cast<double>(rows.stop[row]);
        check_state("from_state", rows.from[row], 0, states, row);
        check_state("to_state", rows.to[row], -1, states, row);
        check_times(start, stop, row);
        if (!rows.weight.empty()) check_weight(rows.weight[row], row);
        if (is_ignored(rows, row)) continue;
        first_start = std::min(first_start, start);
        last_stop = std::max(last_stop, stop);
        if (!(is_whole(start) && is_whole(stop))) all_whole = false;
        seen[detail::place_of(rows, row, states)] = 1;
    }
    Extent extent{first_start, last_stop, all_whole, first_start <= last_stop};
    list_pairs(extent, seen, states);
    return extent;
}

template Extent examine(StateRows<double> const&, OccupancyOptions const&);
template Extent examine(StateRows<std::int32_t> const&, OccupancyOptions const&);

}  // namespace opgave::detail
