#pragma once
/// How fast each move goes, and how sure that is.
///
/// The rate of a move in a duration band is prior rate x level V x shape W: V ~ Gamma(level_shape)
/// says how this programme differs from the portfolio, W ~ Gamma(band_shape) how its shape over
/// the duration differs, both of mean one. Rates are per month (`days_per_month`). Groups of
/// dwellings, the season and the calendar year multiply them (`Variation`).

#include <opgave/delay.hpp>
#include <opgave/dwelling.hpp>
#include <opgave/spell.hpp>
#include <opgave/trajectory.hpp>
#include <opgave/variation.hpp>

#include <Eigen/Core>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

/// The name that stands for `returned` in texts.
inline constexpr char const* return_name = "return";

/// Rates by the names of the move (`return` for a pause that ends), one per duration band.
using RateTable = std::map<std::pair<std::string, std::string>, std::vector<double>>;

/// What is believed of the rates before this programme's data.
///
/// A move that is seen in the data and has no row here expects a rate that falls as a power of the
/// time waited, read from its own events in all bands; in each band that is worth one event. So
/// waits longer than any that were seen have a rate, and a very uncertain one, too low if it does
/// not fall in truth: give a prior where more is known. The first band is that of moves on the day
/// of entry, and stands for itself.
struct HazardPrior {
    std::vector<double> band_edges_months = {0, 1 / days_per_month, 1, 3, 6, 12,
                                             24};  ///< the last band is open
    RateTable per_month = {};
    double level_shape = 4;
    double band_shape = 25;
    double effect_scale = 0.5;        ///< of the standard deviation between groups; > 0
    double shock_scale = 0.15;        ///< of that of the yearly shock; 0: no shock
    std::vector<double> season = {};  ///< twelve factors of mean one, January first; empty: none
    double season_shape = 30;
    friend bool operator==(HazardPrior const&, HazardPrior const&) = default;
};

/// One move in one duration band: what was believed, what was seen.
struct HazardCell {
    Move move;
    int band = 0;
    double prior_per_month = 0;
    std::int64_t events = 0;
    double exposure_months = 0;
};

/// One move: its cells, and the spread of its level.
struct MoveFit {
    Move move;
    double level_shape = 0;  ///< infinite: the level is exactly one
    double band_shape = 0;   ///< infinite: the bands are exactly as the prior has them
    bool has_prior = true;   ///< if not, `prior_per_month` was read from the events themselves
    std::vector<double> prior_per_month = {};
    std::vector<std::int64_t> events = {};
    std::vector<double> exposure_months = {};
    friend bool operator==(MoveFit const&, MoveFit const&) = default;
};

/// Rates per month: rows are moves, columns duration bands.
using Rates = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What a draw is for: values of each factor that were not seen, and calendar years.
struct DrawFor {
    std::vector<int> unseen = {};  ///< per factor; empty: none
    int first_year = 0;
    int years = 0;
};

/// One set of parameters. The rate of a dwelling is `rates` times its effect of every factor, times
/// the season of the month, times the shock of the year.
struct Draw {
    Rates rates;                             ///< moves x bands
    std::vector<Rates> effects = {};         ///< per factor: moves x levels, those not seen last
    Rates season = {};                       ///< states x 12, January first; empty: none
    std::vector<double> shock = {};          ///< per year asked for; empty: none
    std::vector<double> effect_spread = {};  ///< per factor: the standard deviation of its effects
    double shock_spread = 0;  ///< of what is new in the logarithm of the shock of a year
};

namespace detail {
class Posterior;
}

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
    /// above, and for a variation that does not fit.
    Hazards(Trajectory trajectory, std::vector<double> band_edges_months, std::vector<MoveFit> fits,
            Variation variation = {});

    [[nodiscard]] Trajectory const& trajectory() const noexcept { return trajectory_; }
    [[nodiscard]] std::vector<double> const& band_edges_months() const noexcept { return edges_; }
    [[nodiscard]] int band_count() const noexcept { return static_cast<int>(edges_.size()); }
    [[nodiscard]] std::vector<MoveFit> const& fits() const noexcept { return fits_; }
    [[nodiscard]] bool is_certain() const noexcept;

    /// What multiplies the rates; of certain rates, nothing does.
    [[nodiscard]] Variation const& variation() const noexcept { return variation_; }
    /// What differs between dwellings, in the order of `Draw::effects`.
    [[nodiscard]] std::vector<Factor> const& factors() const noexcept { return variation_.factors; }
    /// Whether there is a shock of which the prior says more than the data: less than three years
    /// were observed.
    [[nodiscard]] bool shock_is_prior() const noexcept;

    /// Makes the draws of a variation, which can take seconds and is else done by the first draw.
    /// `progress` is told the part done; if it returns false, throws std::runtime_error, and the
    /// draws are still to be made.
    void prepare(std::function<bool(double)> const& progress = {}) const;

    /// One draw from the posterior, addressed by seed and path.
    ///
    /// With a variation there are 4,000 draws of everything seen, whatever the seed, and path p has
    /// one of them; all are in turn in any 4,000 paths that follow each other. What was not seen
    /// (other levels, later years) is drawn from seed and path. The first draw takes the time of
    /// all, unless they are prepared. Throws std::invalid_argument if `what.unseen` is not one
    /// number >= 0 per factor.
    [[nodiscard]] Draw draw(std::uint64_t seed, std::uint64_t path, DrawFor const& what = {}) const;

    /// Which of so many batches of neighbouring stored draws the draw of a path is from: draws of
    /// one batch depend on each other, those of two hardly. Empty where each path is drawn by
    /// itself.
    static constexpr int batches = 40;
    [[nodiscard]] std::optional<int> batch(std::uint64_t path) const;

    /// The posterior mean.
    [[nodiscard]] Rates mean() const;

    friend bool operator==(Hazards const& a, Hazards const& b) {
        return a.trajectory_ == b.trajectory_ && a.edges_ == b.edges_ && a.fits_ == b.fits_ &&
               a.variation_ == b.variation_;
    }

private:
    Trajectory trajectory_;
    std::vector<double> edges_;
    std::vector<MoveFit> fits_;
    Variation variation_ = {};
    std::shared_ptr<detail::Posterior const> posterior_;
};

/// The names of a move's two ends.
[[nodiscard]] std::pair<std::string, std::string> names(Trajectory const& trajectory, Move move);

/// The rates that the spells and the prior support: next stages, all moves of the prior, and every
/// other move seen. Exposure is exact to the day; an event on the day of entry is in the first
/// band. Groups of dwellings in `by` (over the dwellings of the spells) differ in pace, each column
/// by itself. With a delay, a day waited counts as the chance that a move on it would have been
/// recorded by the day of knowledge: where moves are thinned by delays, their rate is right again,
/// as of a thinned Poisson process. That dwellings which left still seem to wait, and those which
/// came are missing, is of second order in rate x delay, and is not corrected; nor is it carried
/// over how uncertain the delay itself is. Throws NotEnoughData, naming the stage, if a stage has
/// neither exposure nor prior; std::invalid_argument if a move was seen where the prior says that
/// it cannot happen, for a prior that cannot be, and if `by` does not hold a dwelling of the
/// spells.
[[nodiscard]] Hazards fit_hazards(Spells const& spells, Trajectory const& trajectory,
                                  HazardPrior const& prior = {}, Grouping const& by = {},
                                  Undated undated = Undated::drop,
                                  ReportingDelay const& delay = {});

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
