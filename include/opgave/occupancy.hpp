#pragma once
/// What happened: the probability to be in each state at each time, by Aalen and Johansen.
///
/// Rows are stays (start, stop] in a state that end in a move or are censored: any initial state,
/// late entry, re-entry and weights. Moves at the same time share one risk set, and come before
/// what is censored then. A stay without length that ends in a move happens after the moves of
/// longer stays at that time; at risk are all who are in its state then, so a move at the start of
/// the clock counts. A censored stay without length is no observation.
///
/// Source: Andersen, Borgan, Gill and Keiding, Statistical Models Based on Counting Processes
/// (1993), IV.4.

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace opgave {

/// One row per stay. `Time` is double or int32 (days). `from` and `to` are places in the list of
/// states; `to` is -1 where censored. A move to the same state is none: the stay is censored.
/// Rows of one subject must not overlap. `weight` may be empty: one each.
template <class Time>
struct StateRows {
    std::span<std::int32_t const> from;
    std::span<std::int32_t const> to;
    std::span<Time const> start;
    std::span<Time const> stop;
    std::span<double const> weight = {};
};

struct OccupancyOptions {
    std::vector<std::string> states;
    /// The probability of each state before the first move. Empty: the fractions, by weight, of
    /// those at risk just before the first move (as R's survfit has it); without any move, of those
    /// who start first.
    std::vector<double> initial = {};
    bool variance = true;
};

/// Probabilities or standard errors: rows are times, columns states.
using OccupancyTable = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Values of the curves at times of one's choice.
struct OccupancyReading {
    OccupancyTable probability;
    OccupancyTable std_error;  ///< no rows without variance
};

/// The curves: right-continuous, each row holds from its time until before the next.
struct Occupancy {
    std::vector<std::string> states = {};
    std::vector<double> times = {};    ///< each time of a move, and the last time observed; rising
    std::vector<double> initial = {};  ///< before the first time
    OccupancyTable probability = {};
    /// The square root of the Greenwood-type variance, no rows without: with Q the matrix of the
    /// fractions that move at a time and N_h the weight at risk in state h,
    ///     C(t) = Q' C(t-) Q + sum over h of p_h(t-)^2 (diag(Q_h) - Q_h' Q_h) / N_h,
    /// given the initial distribution; a weight of w counts as w rows. It is the definition of R's
    /// etm; for one cause it is Greenwood's. R's survfit uses the infinitesimal jackknife instead.
    OccupancyTable std_error = {};
    /// Where late entry makes an estimate unreliable: all at risk in a state move on although
    /// others are first observed there later. One per state, with the time.
    std::vector<std::string> warnings = {};

    /// The values at these times, in any order; the grid changes none. Before the first time it is
    /// the initial distribution; after the last one the last values stand. Throws
    /// std::invalid_argument for NaN.
    [[nodiscard]] OccupancyReading at(std::vector<double> const& when) const;

    friend bool operator==(Occupancy const& a, Occupancy const& b);
};

/// Time and memory are linear in the rows if the times are whole numbers in a range that is short
/// beside the rows, as days are; else the times of moves are sorted. Throws std::invalid_argument,
/// naming the row and the value, for unequal lengths, an unknown state, a time that is not finite,
/// a stop before its start, or a weight that is negative or not finite; for an initial distribution
/// that is none; if nothing was observed; and if stays without length only lead to one another.
[[nodiscard]] Occupancy aalen_johansen(StateRows<double> const& rows,
                                       OccupancyOptions const& options);
[[nodiscard]] Occupancy aalen_johansen(StateRows<std::int32_t> const& rows,
                                       OccupancyOptions const& options);

}  // namespace opgave
