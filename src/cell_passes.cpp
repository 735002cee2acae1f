#include "cell_passes.hpp"

#include <Eigen/Core>

#include <algorithm>

namespace opgave::detail {

namespace {

// Reads and writes the numbers of a state, its moves side by side, at a place (a row, a combination
// or a level).
template <int moves>
struct Lanes {
    Eigen::Index count;

    [[nodiscard]] auto operator()(double* numbers, std::size_t place) const {
        return Eigen::Map<Eigen::Array<double, moves, 1>>(numbers + offset(place), count);
    }
    [[nodiscard]] auto operator()(double const* numbers, std::size_t place) const {
        return Eigen::Map<Eigen::Array<double, moves, 1> const>(numbers + offset(place), count);
    }
    [[nodiscard]] auto operator()(double const* numbers, int place) const {
        return (*this)(numbers, static_cast<std::size_t>(place));
    }
    [[nodiscard]] auto operator()(double* numbers, int place) const {
        return (*this)(numbers, static_cast<std::size_t>(place));
    }
    [[nodiscard]] std::size_t offset(std::size_t place) const {
        return place * static_cast<std::size_t>(moves == Eigen::Dynamic ? count : moves);
    }
};

// Calls `action` with the lanes of a state: of a constant number where it is small, so that loops
// unroll.
template <class Action>
void with_lanes(StateCells const& s, Action const& action) {
    auto const count = static_cast<Eigen::Index>(s.moves);
    switch (s.moves) {
        case 1:
            return action(Lanes<1>{count});
        case 2:
            return action(Lanes<2>{count});
        case 3:
            return action(Lanes<3>{count});
        default:
            return action(Lanes<Eigen::Dynamic>{count});
    }
}

// to += months x from, over the entries of a state.
void add_entries(StateCells const& s, std::vector<int> const& place_from, Numbers const& from,
                 std::vector<int> const& place_to, Numbers& to) {
    std::ranges::fill(to, 0.0);
    with_lanes(s, [&, x = from.data(), y = to.data(), a = place_from.data(), b = place_to.data(),
                   months = s.months.data(), n = s.months.size()](auto const lanes) {
        for (std::size_t i = 0; i < n; ++i) {
            lanes(y, b[i]) += months[i] * lanes(x, a[i]);
        }
    });
}

}  // namespace

void pull(StateCells const& s, Numbers const& by_row, Numbers& by_combination) {
    add_entries(s, s.row, by_row, s.combination, by_combination);
}

void push(StateCells const& s, Numbers const& by_combination, Numbers& by_row) {
    add_entries(s, s.combination, by_combination, s.row, by_row);
}

void multiply(StateCells const& s, std::vector<int> const& level, double const* by_level,
              Numbers& by_combination) {
    with_lanes(s, [by_level, product = by_combination.data(), at = level.data(),
                   n = level.size()](auto const lanes) {
        for (std::size_t q = 0; q < n; ++q) {
            lanes(product, q) *= lanes(by_level, at[q]);
        }
    });
}

void multiply_and_sum(StateCells const& s, std::vector<int> const& level, double const* by_level,
                      Numbers& by_combination, Numbers const& expected,
                      std::vector<int> const& other_level, double* sums) {
    with_lanes(s, [by_level, sums, product = by_combination.data(), mean = expected.data(),
                   at = level.data(), to = other_level.data(), n = level.size()](auto const lanes) {
        for (std::size_t q = 0; q < n; ++q) {
            auto const now = (lanes(product, q) * lanes(by_level, at[q])).eval();
            lanes(product, q) = now;
            lanes(sums, to[q]) += lanes(mean, q) * now;
        }
    });
}

}  // namespace opgave::detail
