#pragma once
// Moves and what is known of their bands: made from a table of rates, and checked.

#include <opgave/hazard.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace opgave::detail {

// Throws std::invalid_argument unless edges start at 0 and rise.
void check_edges(std::vector<double> const& edges);

// Throws std::invalid_argument, naming the move, for rates that cannot be.
void check_rates(std::pair<std::string, std::string> const& name, std::vector<double> const& rates,
                 std::size_t bands);

// 'a' to 'b'.
[[nodiscard]] std::string in_words(std::pair<std::string, std::string> const& move);

// Throws NotEnoughData for a move without prior of which no time was observed.
void check_known(Trajectory const& trajectory, MoveFit const& fit);

// Throws std::out_of_range for an unknown state, std::invalid_argument for a move that cannot be.
[[nodiscard]] Move find_move(Trajectory const& trajectory,
                             std::pair<std::string, std::string> const& name);

// A move of which nothing was seen.
[[nodiscard]] MoveFit make_fit(Move move, std::vector<double> prior, double level_shape,
                               double band_shape);

// The moves of a table, sorted, of which nothing was seen.
[[nodiscard]] std::vector<MoveFit> fits_of(Trajectory const& trajectory, std::size_t bands,
                                           RateTable const& table, double level_shape,
                                           double band_shape);

}  // namespace opgave::detail
