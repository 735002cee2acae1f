#pragma once
/// How fast each move goes, and how sure that is.
///
/// The rate of a move in a duration band is prior rate x level V x shape W: V ~ Gamma(level_shape)
/// says how this programme differs from the portfolio, W ~ Gamma(band_shape) how its shape over
/// the duration differs, both of mean one. Rates are per month (`days_per_month`).

#include <opgave/spell.hpp>
#include <opgave/trajectory.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace opgave {

/// Thrown where data and prior together say nothing; the message says what is missing.
class NotEnoughData : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// From one state to another; `to` is `returned` where a pause ends in the stage it interrupted.
struct Move {
    State from = 0;
    State to = 0;
    friend auto operator<=>(Move const&, Move const&) = default;
};

/// The name that stands for `returned` in texts.
inline constexpr char const* return_name = "return";

/// Rates by the names of the move (`return` for a pause that ends), one per duration band.
using RateTable = std::map<std::pair<std::string, std::string>, std::vector<double>>;

/// What is believed of the rates before this programme's data.
///
/// A move that is seen in the data and has no row here has no level and a Jeffreys prior in each
/// band, Gamma(1/(2 k), 0), where k such moves leave its state: together Gamma(1/2, 0). A band in
/// which no time was observed has the rate of the band before it.
struct HazardPrior {
    std::vector<double> band_edges_months = {0, 1, 3, 6, 12, 24};  ///< the last band is open
    RateTable per_month = {};
    double level_shape = 4;
    double band_shape = 25;
    friend bool operator==(HazardPrior const&, HazardPrior const&) = default;
};

/// One move in one duration band: what was believed, what was seen.
struct HazardCell {
    Move move;
    int band = 0;
    double prior_per_month = 0;  ///< NaN under the Jeffreys prior
    std::int64_t events = 0;
    double exposure_months = 0;
};

/// One move: its cells, and the spread of its level.
struct MoveFit {
    Move move;
    double level_shape = 0;  ///< infinite: the level is exactly one
    double band_shape = 0;   ///< infinite: the bands are exactly as the prior has them
    double band_rate = 0;    ///< equals band_shape, or 0 under the Jeffreys prior
    std::vector<double> prior_per_month = {};
    std::vector<std::int64_t> events = {};
    std::vector<double> exposure_months = {};
    friend bool operator==(MoveFit const&, MoveFit const&) = default;
};

/// Rates per month: rows are moves, columns duration bands.
using Rates = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A joint distribution of rates.
///
/// Invariant: band edges start at 0 and rise; moves are sorted and leave a state that is not
/// completion; every move is known in at least one band.
class Hazards {
public:
    /// Rates that are known for sure. Throws std::out_of_range for an unknown state, and
    /// std::invalid_argument, naming the move, for a rate that is negative or not finite or a
    /// wrong number of bands.
    Hazards(Trajectory trajectory, std::vector<double> band_edges_months, RateTable const& rate);

    /// Throws NotEnoughData if a move has neither prior nor exposure, std::invalid_argument as
    /// above.
    Hazards(Trajectory trajectory, std::vector<double> band_edges_months,
            std::vector<MoveFit> fits);

    [[nodiscard]] Trajectory const& trajectory() const noexcept { return trajectory_; }
    [[nodiscard]] std::vector<double> const& band_edges_months() const noexcept { return edges_; }
    [[nodiscard]] int band_count() const noexcept { return static_cast<int>(edges_.size()); }
    [[nodiscard]] std::vector<MoveFit> const& fits() const noexcept { return fits_; }
    [[nodiscard]] bool is_certain() const noexcept;

    /// One draw from the posterior; draws of different paths are independent.
    [[nodiscard]] Rates draw(std::uint64_t seed, std::uint64_t path) const;

    /// The posterior mean.
    [[nodiscard]] Rates mean() const;

    friend bool operator==(Hazards const& a, Hazards const& b) {
        return a.trajectory_ == b.trajectory_ && a.edges_ == b.edges_ && a.fits_ == b.fits_;
    }

private:
    /// The distribution of a level on a grid of its logarithm.
    struct Level {
        std::vector<double> log_level;
        std::vector<double> cumulative;
    };

    static Level tabulate(MoveFit const& fit);
    [[nodiscard]] double level_at(std::size_t move, double probability) const;

    Trajectory trajectory_;
    std::vector<double> edges_;
    std::vector<MoveFit> fits_;
    std::vector<Level> levels_;
};

/// The names of a move's two ends.
[[nodiscard]] std::pair<std::string, std::string> names(Trajectory const& trajectory, Move move);

/// The rates that the spells and the prior support: next stages, all moves of the prior, and every
/// other move seen. Exposure is exact to the day; an event on the day of entry is in the first
/// band. Throws NotEnoughData, naming the stage, if a stage has neither exposure nor prior;
/// std::invalid_argument if a move was seen where the prior says that it cannot happen.
[[nodiscard]] Hazards fit_hazards(Spells const& spells, Trajectory const& trajectory,
                                  HazardPrior const& prior = {});

/// What is known of one cell after the data.
struct CellSummary {
    HazardCell cell;
    double mean = 0;
    double q05 = 0;
    double q95 = 0;
    double shrinkage = 0;  ///< 1: all prior, 0: all data
};

/// One row per move and band; the quantiles are those of 4,000 draws.
[[nodiscard]] std::vector<CellSummary> cells(Hazards const& hazards);

}  // namespace opgave
