#include <opgave/hazard.hpp>
#include <opgave/random.hpp>

#include "elementary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

namespace opgave {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

void check_edges(std::vector<double> const& edges) {
    if (edges.empty() || edges.front() != 0) {
        throw std::invalid_argument("band edges must start at 0 months");
    }
    for (std::size_t i = 1; i < edges.size(); ++i) {
        if (!(edges[i] > edges[i - 1] && edges[i] <= 1200)) {
            throw std::invalid_argument("band edges must rise, up to 1200 months, got " +
                                        std::to_string(edges[i]) + " after " +
                                        std::to_string(edges[i - 1]));
        }
    }
}

std::string in_words(std::pair<std::string, std::string> const& move) {
    return "'" + move.first + "' to '" + move.second + "'";
}

Move find_move(Trajectory const& trajectory, std::pair<std::string, std::string> const& name) {
    State const from = trajectory.index(name.first);
    if (from == trajectory.complete()) {
        throw std::invalid_argument("no move leaves a completion, got " + in_words(name));
    }
    if (name.second == return_name) {
        if (!trajectory.is_pause(from)) {
            throw std::invalid_argument("only a pause can return, got " + in_words(name));
        }
        return {from, returned};
    }
    State const to = trajectory.index(name.second);
    if (trajectory.is_pause(from) && !trajectory.is_exit(to)) {
        throw std::invalid_argument("a pause returns or ends in an exit, got " + in_words(name));
    }
    if (from == to) {
        throw std::invalid_argument("a move needs two states, got " + in_words(name));
    }
    return {from, to};
}

void check_rates(std::pair<std::string, std::string> const& name, std::vector<double> const& rates,
                 std::size_t bands) {
    if (rates.size() != bands) {
        throw std::invalid_argument("the rates of " + in_words(name) +
                                    " need one value per band (" + std::to_string(bands) +
                                    "), got " + std::to_string(rates.size()));
    }
    for (double const rate : rates) {
        if (!std::isfinite(rate) || rate < 0) {
            throw std::invalid_argument("a rate must be finite and >= 0, got " +
                                        std::to_string(rate) + " for " + in_words(name));
        }
    }
}

void check_fit(std::pair<std::string, std::string> const& name, MoveFit const& fit,
               std::size_t bands) {
    if (fit.events.size() != bands ||
        std::ranges::any_of(fit.events, [](std::int64_t events) { return events < 0; })) {
        throw std::invalid_argument("the events of " + in_words(name) +
                                    " need one value >= 0 per band");
    }
    if (!(fit.level_shape > 0 && fit.band_shape > 0 && fit.band_rate >= 0)) {
        throw std::invalid_argument("the shapes of " + in_words(name) +
                                    " must be > 0 and its rate >= 0");
    }
}

MoveFit make_fit(Move move, std::vector<double> prior, double level_shape, double band_shape) {
    std::size_t const bands = prior.size();
    return {.move = move,
            .level_shape = level_shape,
            .band_shape = band_shape,
            .band_rate = band_shape,
            .prior_per_month = std::move(prior),
            .events = std::vector<std::int64_t>(bands, 0),
            .exposure_months = std::vector<double>(bands, 0)};
}

std::vector<MoveFit> fits_of(Trajectory const& trajectory, std::size_t bands,
                             RateTable const& table, double level_shape, double band_shape) {
    std::vector<MoveFit> fits;
    for (auto const& [name, rates] : table) {
        Move const move = find_move(trajectory, name);
        check_rates(name, rates, bands);
        fits.push_back(make_fit(move, rates, level_shape, band_shape));
    }
    std::ranges::sort(fits, {}, &MoveFit::move);
    return fits;
}

// Whether prior or data say anything of one band.
bool is_known(MoveFit const& fit, std::size_t band) {
    return fit.band_rate > 0 || fit.prior_per_month[band] * fit.exposure_months[band] > 0;
}

bool is_known(MoveFit const& fit) {
    for (std::size_t band = 0; band < fit.events.size(); ++band) {
        if (is_known(fit, band)) {
            return true;
        }
    }
    return false;
}

// A band of which nothing is known is as the one before it, the first ones as the first known.
void carry_over(MoveFit const& fit, double* rate) {
    std::size_t const bands = fit.events.size();
    std::size_t first = 0;
    while (!is_known(fit, first)) {
        ++first;
    }
    std::fill_n(rate, first, rate[first]);
    for (std::size_t band = first + 1; band < bands; ++band) {
        rate[band] = is_known(fit, band) ? rate[band] : rate[band - 1];
    }
}

// The log density of u = log V given the data, W integrated out, and its derivative.
struct LogDensity {
    double value;
    double slope;
};

LogDensity level_density(MoveFit const& fit, double u) {
    double const level = elementary::exp(u);
    LogDensity result{fit.level_shape * (u - level), fit.level_shape * (1 - level)};
    for (std::size_t b = 0; b < fit.events.size(); ++b) {
        auto const events = static_cast<double>(fit.events[b]);
        double const mean = fit.prior_per_month[b] * level * fit.exposure_months[b];
        if (std::isinf(fit.band_shape)) {
            result.value += events * u - mean;
            result.slope += events - mean;
        } else {
            double const shape = fit.band_shape + events;
            result.value += events * u - shape * elementary::log(fit.band_rate + mean);
            result.slope += events - shape * mean / (fit.band_rate + mean);
        }
    }
    return result;
}

// The density is log-concave: the mode lies where the slope changes sign.
double find_mode(MoveFit const& fit) {
    double low = -60;
    double high = 60;
    for (int i = 0; i < 60; ++i) {
        double const middle = (low + high) / 2;
        (level_density(fit, middle).slope > 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

// How far from the mode, in one direction, the density falls to e^-40 of its peak.
double reach(MoveFit const& fit, double mode, double direction) {
    double const floor = level_density(fit, mode).value - 40;
    double distance = 0.01;
    while (level_density(fit, mode + direction * distance).value > floor && distance < 600) {
        distance *= 1.25;
    }
    return distance;
}

}  // namespace

Hazards::Hazards(Trajectory trajectory, std::vector<double> band_edges_months,
                 RateTable const& rate)
    : trajectory_(std::move(trajectory)), edges_(std::move(band_edges_months)) {
    check_edges(edges_);
    fits_ = fits_of(trajectory_, edges_.size(), rate, infinite, infinite);
    levels_.resize(fits_.size());
}

Hazards::Hazards(Trajectory trajectory, std::vector<double> band_edges_months,
                 std::vector<MoveFit> fits)
    : trajectory_(std::move(trajectory)),
      edges_(std::move(band_edges_months)),
      fits_(std::move(fits)) {
    check_edges(edges_);
    std::ranges::sort(fits_, {}, &MoveFit::move);
    if (std::ranges::adjacent_find(fits_, {}, &MoveFit::move) != fits_.end()) {
        throw std::invalid_argument("a move can have only one fit");
    }
    for (MoveFit const& fit : fits_) {
        auto const name = names(trajectory_, fit.move);
        find_move(trajectory_, name);
        check_rates(name, fit.prior_per_month, edges_.size());
        check_rates(name, fit.exposure_months, edges_.size());
        check_fit(name, fit, edges_.size());
        if (!is_known(fit)) {
            throw NotEnoughData("nothing is known of the move from " + in_words(name) +
                                ": no time was observed in '" + name.first +
                                "'; give a prior for it");
        }
        levels_.push_back(tabulate(fit));
    }
}

Hazards::Level Hazards::tabulate(MoveFit const& fit) {
    if (std::isinf(fit.level_shape)) {
        return {};
    }
    constexpr int points = 1025;
    double const mode = find_mode(fit);
    double const peak = level_density(fit, mode).value;
    double const low = mode - reach(fit, mode, -1);
    double const step = (mode + reach(fit, mode, 1) - low) / (points - 1);
    Level level;
    double total = 0;
    double before = 0;
    for (int i = 0; i < points; ++i) {
        double const u = low + i * step;
        double const density = elementary::exp(level_density(fit, u).value - peak);
        total += i == 0 ? 0 : (before + density) / 2;
        before = density;
        level.log_level.push_back(u);
        level.cumulative.push_back(total);
    }
    for (double& value : level.cumulative) {
        value /= total;
    }
    return level;
}

bool Hazards::is_certain() const noexcept {
    return std::ranges::all_of(fits_, [](MoveFit const& fit) {
        return std::isinf(fit.level_shape) && std::isinf(fit.band_shape);
    });
}

double Hazards::level_at(std::size_t move, double probability) const {
    auto const& [log_level, cumulative] = levels_[move];
    if (cumulative.empty()) {
        return 1;
    }
    auto const right = std::ranges::upper_bound(cumulative, probability) - cumulative.begin();
    auto const k = static_cast<std::size_t>(right);
    double const part = (probability - cumulative[k - 1]) / (cumulative[k] - cumulative[k - 1]);
    return elementary::exp(log_level[k - 1] + part * (log_level[k] - log_level[k - 1]));
}

namespace {

// W of one band given the level.
double draw_band(Stream const& stream, std::uint32_t cell, MoveFit const& fit, std::size_t band,
                 double level) {
    if (std::isinf(fit.band_shape)) {
        return 1;
    }
    double const shape = fit.band_shape + static_cast<double>(fit.events[band]);
    double const rate =
        fit.band_rate + fit.prior_per_month[band] * level * fit.exposure_months[band];
    return gamma(stream, cell, static_cast<std::uint32_t>(band + 1), shape) / rate;
}

}  // namespace

Rates Hazards::draw(std::uint64_t seed, std::uint64_t path) const {
    Stream const stream(seed, Purpose::posterior, path);
    Rates rates(static_cast<Eigen::Index>(fits_.size()), band_count());
    for (std::size_t i = 0; i < fits_.size(); ++i) {
        auto const cell = static_cast<std::uint32_t>(i);
        auto const bits = stream.bits(cell, 0);
        double const level = level_at(i, uniform(bits[0], bits[1]));
        for (std::size_t band = 0; band < edges_.size(); ++band) {
            rates(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(band)) =
                fits_[i].prior_per_month[band] * level *
                draw_band(stream, cell, fits_[i], band, level);
        }
        carry_over(fits_[i], rates.row(static_cast<Eigen::Index>(i)).data());
    }
    return rates;
}

namespace {

// The mean rate of one band given the level.
double mean_given_level(MoveFit const& fit, std::size_t band, double level) {
    double const rate = fit.prior_per_month[band] * level;
    if (std::isinf(fit.band_shape)) {
        return rate;
    }
    return rate * (fit.band_shape + static_cast<double>(fit.events[band])) /
           (fit.band_rate + rate * fit.exposure_months[band]);
}

}  // namespace

Rates Hazards::mean() const {
    Rates rates(static_cast<Eigen::Index>(fits_.size()), band_count());
    for (std::size_t i = 0; i < fits_.size(); ++i) {
        auto const& [u, cumulative] = levels_[i];
        for (std::size_t band = 0; band < edges_.size(); ++band) {
            double sum = cumulative.empty() ? mean_given_level(fits_[i], band, 1) : 0;
            for (std::size_t k = 1; k < cumulative.size(); ++k) {
                double const level = elementary::exp((u[k - 1] + u[k]) / 2);
                sum +=
                    (cumulative[k] - cumulative[k - 1]) * mean_given_level(fits_[i], band, level);
            }
            rates(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(band)) = sum;
        }
        carry_over(fits_[i], rates.row(static_cast<Eigen::Index>(i)).data());
    }
    return rates;
}

std::pair<std::string, std::string> names(Trajectory const& trajectory, Move move) {
    auto const name = [&](State state) {
        return state == returned ? std::string(return_name)
                                 : trajectory.states().at(static_cast<std::size_t>(state));
    };
    return {name(move.from), name(move.to)};
}

namespace {

// Whole days of the band edges: exposures are integers, so splitting rows changes nothing.
std::vector<Day> edges_in_days(std::vector<double> const& months) {
    std::vector<Day> days;
    for (double const edge : months) {
        days.push_back(static_cast<Day>(std::lround(edge * days_per_month)));
    }
    return days;
}

// The band that holds a duration: (edge, next edge], and 0 itself in the first.
std::size_t band_of(std::vector<Day> const& edges, Day duration) {
    std::size_t band = 0;
    while (band + 1 < edges.size() && duration > edges[band + 1]) {
        ++band;
    }
    return band;
}

void add_exposure(std::vector<std::int64_t>& days, std::vector<Day> const& edges, Day from,
                  Day to) {
    for (std::size_t band = 0; band < edges.size(); ++band) {
        Day const end = band + 1 < edges.size() ? edges[band + 1] : std::numeric_limits<Day>::max();
        days[band] += std::max<Day>(0, std::min(to, end) - std::max(from, edges[band]));
    }
}

// Sums over spells: exposure per state, events per move.
struct Sums {
    std::vector<std::vector<std::int64_t>> exposure_days;
    std::map<Move, std::vector<std::int64_t>> events;
};

Sums sum_up(Spells const& spells, Trajectory const& trajectory, std::vector<Day> const& edges) {
    std::vector<std::int64_t> const none(edges.size(), 0);
    Sums sums{{static_cast<std::size_t>(trajectory.state_count()), none}, {}};
    for (std::size_t i = 0; i < spells.size(); ++i) {
        auto const state = static_cast<std::size_t>(spells.stage[i]);
        Day const enter = spells.enter[i];
        add_exposure(sums.exposure_days[state], edges, spells.first_observed[i] - enter,
                     spells.exit[i] - enter);
        if (spells.cause[i] != censored) {
            auto& events =
                sums.events.try_emplace({spells.stage[i], spells.cause[i]}, none).first->second;
            ++events[band_of(edges, spells.exit[i] - enter)];
        }
    }
    return sums;
}

// Every next stage, and every move that was seen, that the prior does not name.
std::vector<Move> moves_without_prior(Trajectory const& trajectory, Sums const& sums,
                                      std::vector<MoveFit> const& fits) {
    std::set<Move> moves;
    for (State stage = 0; stage < trajectory.complete(); ++stage) {
        moves.insert({stage, static_cast<State>(stage + 1)});
    }
    for (auto const& [move, events] : sums.events) {
        moves.insert(move);
    }
    for (MoveFit const& fit : fits) {
        moves.erase(fit.move);
    }
    return {moves.begin(), moves.end()};
}

// The Jeffreys prior of a rate in every band, shared by the `moves` that leave a state together.
MoveFit jeffreys(Move move, std::size_t bands, std::ptrdiff_t moves) {
    MoveFit fit =
        make_fit(move, std::vector<double>(bands, 1.0), infinite, 0.5 / static_cast<double>(moves));
    fit.band_rate = 0;
    return fit;
}

void check_possible(Trajectory const& trajectory, MoveFit const& fit) {
    for (std::size_t band = 0; band < fit.events.size(); ++band) {
        if (fit.events[band] > 0 && fit.prior_per_month[band] == 0) {
            throw std::invalid_argument("the prior of " + in_words(names(trajectory, fit.move)) +
                                        " is 0 in band " + std::to_string(band + 1) +
                                        ", yet it happened " + std::to_string(fit.events[band]) +
                                        " times; give it a rate above 0");
        }
    }
}

}  // namespace

Hazards fit_hazards(Spells const& spells, Trajectory const& trajectory, HazardPrior const& prior) {
    check_edges(prior.band_edges_months);
    if (!(prior.level_shape > 0) || !(prior.band_shape > 0)) {
        throw std::invalid_argument("level_shape and band_shape must be > 0");
    }
    auto const edges = edges_in_days(prior.band_edges_months);
    Sums const sums = sum_up(spells, trajectory, edges);
    std::vector<MoveFit> fits =
        fits_of(trajectory, edges.size(), prior.per_month, prior.level_shape, prior.band_shape);
    std::vector<Move> const others = moves_without_prior(trajectory, sums, fits);
    for (Move const move : others) {
        auto const together = std::ranges::count(others, move.from, &Move::from);
        fits.push_back(jeffreys(move, edges.size(), together));
    }
    for (MoveFit& fit : fits) {
        auto const& days = sums.exposure_days[static_cast<std::size_t>(fit.move.from)];
        std::ranges::transform(days, fit.exposure_months.begin(), [](std::int64_t day) {
            return static_cast<double>(day) / days_per_month;
        });
        if (auto const seen = sums.events.find(fit.move); seen != sums.events.end()) {
            fit.events = seen->second;
        }
        check_possible(trajectory, fit);
    }
    return {trajectory, prior.band_edges_months, std::move(fits)};
}

namespace {

// The number of events that a cell's prior is worth: 1 / (variance of the rate / mean²).
double prior_events(MoveFit const& fit) {
    double const level = 1 / fit.level_shape;
    double const band = 1 / fit.band_shape;
    return 1 / (level + band + level * band);
}

}  // namespace

std::vector<CellSummary> cells(Hazards const& hazards) {
    constexpr int draws = 4000;
    auto const moves = hazards.fits().size();
    auto const bands = static_cast<std::size_t>(hazards.band_count());
    std::vector<std::vector<double>> sample(moves * bands);
    for (std::uint64_t path = 0; path < draws; ++path) {
        Rates const rates = hazards.draw(0, path);
        for (std::size_t i = 0; i < sample.size(); ++i) {
            sample[i].push_back(rates.data()[i]);
        }
    }
    Rates const mean = hazards.mean();
    std::vector<CellSummary> summaries;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        MoveFit const& fit = hazards.fits()[i / bands];
        std::size_t const band = i % bands;
        std::ranges::sort(sample[i]);
        double const a = prior_events(fit);
        auto const events = static_cast<double>(fit.events[band]);
        summaries.push_back(
            {.cell = {.move = fit.move,
                      .band = static_cast<int>(band),
                      .prior_per_month = fit.band_rate > 0
                                             ? fit.prior_per_month[band]
                                             : std::numeric_limits<double>::quiet_NaN(),
                      .events = fit.events[band],
                      .exposure_months = fit.exposure_months[band]},
             .mean = mean.data()[i],
             .q05 = sample[i][draws / 20],
             .q95 = sample[i][draws - draws / 20],
             .shrinkage = std::isinf(a) ? 1 : a / (a + events)});
    }
    return summaries;
}

}  // namespace opgave
