#include "catch.hpp"
#include "toy.hpp"

#include <opgave/projection.hpp>

#include <cmath>
#include <map>
#include <stdexcept>

using namespace opgave;

namespace {

bool near(double value, double reference, double tolerance = 5e-9) {
    return std::fabs(value - reference) <= tolerance;
}

// Pause, return, a skip, a step back and a reopened exit.
Hazards winding() {
    return {Trajectory({"A", "B", "C"}, "done", {"withdrawn"}, "paused"),
            {0, 1, 4},
            RateTable{{{"A", "B"}, {.3, .2, .1}},
                      {{"A", "C"}, {.02, .03, .01}},
                      {{"B", "C"}, {.15, .25, .2}},
                      {{"B", "A"}, {.05, .02, .04}},
                      {{"C", "done"}, {.1, .3, .5}},
                      {{"A", "paused"}, {.03, .02, .06}},
                      {{"B", "paused"}, {.04, .02, .01}},
                      {{"paused", "return"}, {.2, .3, .4}},
                      {{"paused", "withdrawn"}, {.05, .05, .02}},
                      {{"B", "withdrawn"}, {.01, .01, .01}},
                      {{"withdrawn", "A"}, {.03, .02, .01}}}};
}

// A second implementation: forward in time, mass by state and age, pauses by the stage they
// interrupt, written without the engine's tables. Gives the mean per state of the trajectory.
class Forward {
public:
    explicit Forward(std::map<std::pair<int, int>, std::vector<double>> rate,
                     std::vector<double> edges)
        : rate_(std::move(rate)), edges_(std::move(edges)) {}

    // States 0 A, 1 B, 2 C, 3-5 paused A-C, 6 withdrawn, 7 done; a way to a higher one cascades.
    void start(int state, int age, double count) { mass_[{state, age}] += count; }

    void month(double inflow) {
        std::map<std::pair<int, int>, double> older;
        for (auto const& [key, mass] : mass_) {
            older[{key.first, key.second + 1}] += mass;
        }
        std::map<int, double> arriving{{0, inflow}};
        std::map<int, double> later;
        mass_.clear();
        for (int state = 0; state < 8; ++state) {
            for (auto const& [key, mass] : older) {
                if (key.first == state) {
                    leave(state, key.second, key.second - .5, key.second + .5, mass, arriving,
                          later);
                }
            }
            leave(state, 0, 0, .5, arriving[state], arriving, later);
        }
        for (auto const& [state, mass] : later) {
            mass_[{state, 0}] += mass;
        }
    }

    double total(int first, int last) const {
        double sum = 0;
        for (auto const& [key, mass] : mass_) {
            sum += key.first >= first && key.first <= last ? mass : 0;
        }
        return sum;
    }

private:
    double cumulative(std::vector<double> const& rate, double from, double to) const {
        double sum = 0;
        for (std::size_t b = 0; b < edges_.size(); ++b) {
            double const end = b + 1 < edges_.size() ? edges_[b + 1] : 1e9;
            sum += rate[b] * std::max(0.0, std::min(to, end) - std::max(from, edges_[b]));
        }
        return sum;
    }

    void leave(int state, int age, double from, double to, double mass,
               std::map<int, double>& arriving, std::map<int, double>& later) {
        double all = 0;
        for (auto const& [move, rate] : rate_) {
            all += move.first == state ? cumulative(rate, from, to) : 0;
        }
        double const gone = all > 0 ? mass * (1 - std::exp(-all)) : 0;
        mass_[{state, age}] += mass - gone;
        for (auto const& [move, rate] : rate_) {
            if (move.first == state && gone > 0) {
                (move.second > state ? arriving : later)[move.second] +=
                    gone * cumulative(rate, from, to) / all;
            }
        }
    }

    std::map<std::pair<int, int>, std::vector<double>> rate_;
    std::vector<double> edges_;
    std::map<std::pair<int, int>, double> mass_;
};

}  // namespace

TEST_CASE("The toy model has its published means and variances") {
    Expected const result = expected(toy::hazards(), toy::cohorts(), 36, toy::inflow());
    std::map<int, std::pair<double, double>> const completed = {
        {1, {4.09832707, 3.09429473}},     {3, {12.53999413, 5.23570396}},
        {6, {25.82213144, 11.16090439}},   {12, {69.84784642, 31.37959792}},
        {18, {119.31459808, 43.10457728}}, {24, {155.55703041, 41.66445547}},
        {36, {181.41895319, 30.95859802}}};
    for (auto const& [month, moments] : completed) {
        CHECK(near(result.mean(month - 1, toy::done), moments.first));
        CHECK(near(result.variance(month - 1, toy::done), moments.second));
    }
    CHECK(near(result.mean(11, toy::withdrawn), 18.64415378));
    CHECK(near(result.mean(23, toy::withdrawn), 28.55158362));
    CHECK(near(result.mean(35, toy::withdrawn), 30.78423914));
    CHECK(result.parameter_variance.abs().maxCoeff() == 0);
}

TEST_CASE("Backward and forward recursion agree, with pauses, skips and steps back") {
    Cohorts const cohorts{.stage = {"A", "B", "paused", "withdrawn"},
                          .age_months = {2, 0, 1, 7},
                          .count = {60, 25, 9, 11},
                          .interrupted = {"", "", "B", ""},
                          .stratum = {}};
    Expected const result = expected(winding(), cohorts, 30, {4, 0, 7});
    std::vector<double> const out_b = {.15, .25, .2};
    Forward forward({{{0, 1}, {.3, .2, .1}},
                     {{0, 2}, {.02, .03, .01}},
                     {{1, 2}, out_b},
                     {{1, 0}, {.05, .02, .04}},
                     {{2, 7}, {.1, .3, .5}},
                     {{0, 3}, {.03, .02, .06}},
                     {{1, 4}, {.04, .02, .01}},
                     {{3, 0}, {.2, .3, .4}},
                     {{4, 1}, {.2, .3, .4}},
                     {{5, 2}, {.2, .3, .4}},
                     {{3, 6}, {.05, .05, .02}},
                     {{4, 6}, {.05, .05, .02}},
                     {{5, 6}, {.05, .05, .02}},
                     {{1, 6}, {.01, .01, .01}},
                     {{6, 0}, {.03, .02, .01}}},
                    {0, 1, 4});
    forward.start(0, 2, 60);
    forward.start(1, 0, 25);
    forward.start(4, 1, 9);
    forward.start(6, 7, 11);
    std::vector<double> const inflow = {4, 0, 7};
    for (int month = 0; month < 30; ++month) {
        forward.month(month < 3 ? inflow[static_cast<std::size_t>(month)] : 0);
        for (int stage = 0; stage < 3; ++stage) {
            CHECK(near(result.mean(month, stage), forward.total(stage, stage), 1e-10));
        }
        CHECK(near(result.mean(month, 3), forward.total(7, 7), 1e-10));
        CHECK(near(result.mean(month, 4), forward.total(6, 6), 1e-10));
        CHECK(near(result.mean(month, 5), forward.total(3, 5), 1e-10));
    }
}

TEST_CASE("Nothing is lost: states add up to all dwellings") {
    Expected const result = expected(toy::hazards(), toy::cohorts(), 36, toy::inflow());
    for (int month = 1; month <= 36; ++month) {
        CHECK(near(result.mean.row(month - 1).sum(), 100 + 10 * std::min(month, 12), 1e-9));
    }
}

TEST_CASE("A constant hazard forgets: the time already waited changes nothing") {
    Hazards const hazards(Trajectory({"A"}, "done"), {0, 3, 6},
                          RateTable{{{"A", "done"}, {.5, .5, .5}}});
    for (int const age : {0, 2, 5, 40}) {
        Expected const result =
            expected(hazards, {.stage = {"A"}, .age_months = {age}, .count = {1}}, 24);
        for (int month = 1; month <= 24; ++month) {
            CHECK(near(result.mean(month - 1, 1), 1 - std::exp(-.5 * month), 1e-13));
        }
    }
}

TEST_CASE("Ages beyond the last band are one") {
    auto const at = [](int age) {
        return expected(toy::hazards(), {.stage = {"A"}, .age_months = {age}, .count = {10}}, 12)
            .mean;
    };
    CHECK((at(7) == at(700)).all());
    CHECK_FALSE((at(3) == at(700)).all());
}

TEST_CASE("Uncertain rates add parameter variance, and more paths of them do not") {
    HazardPrior prior{.band_edges_months = {0},
                      .per_month = {{{"A", "done"}, {.05}}},
                      .level_shape = 4,
                      .band_shape = 25};
    Hazards const hazards = fit_hazards({}, Trajectory({"A"}, "done"), prior);
    Cohorts const cohorts{.stage = {"A"}, .age_months = {0}, .count = {200}};
    Expected const few = expected(hazards, cohorts, 12, {}, 2000, 1);
    Expected const many = expected(hazards, cohorts, 12, {}, 8000, 2);
    double const chance = few.variance(11, 1) - few.parameter_variance(11, 1);
    CHECK(chance > 0);
    CHECK(few.parameter_variance(11, 1) > 5 * chance);
    CHECK(std::fabs(many.variance(11, 1) / few.variance(11, 1) - 1) < .15);
}

TEST_CASE("What cannot be a cohort is refused with its row") {
    auto const run = [](Cohorts const& cohorts) { return expected(toy::hazards(), cohorts, 3); };
    CHECK_THROWS_AS(run({.stage = {"A", "B"}, .age_months = {0}, .count = {1, 1}}),
                    std::invalid_argument);
    CHECK_THROWS_AS(run({.stage = {"A"}, .age_months = {-1}, .count = {1}}), std::invalid_argument);
    CHECK_THROWS_AS(run({.stage = {"A"}, .age_months = {0}, .count = {-1}}), std::invalid_argument);
    CHECK_THROWS_AS(run({.stage = {"Z"}, .age_months = {0}, .count = {1}}), std::out_of_range);
    CHECK_THROWS_AS(expected(toy::hazards(), toy::cohorts(), 0), std::invalid_argument);
    CHECK_THROWS_AS(expected(toy::hazards(), toy::cohorts(), 3, {-1}), std::invalid_argument);
}

TEST_CASE("Survival over the months recombines to that of the whole time") {
    // A dwelling counted at a month's end has waited half a month on average.
    std::vector<double> const rate = {.3, .05, .6};
    Hazards const hazards(Trajectory({"A"}, "done"), {0, 3, 6}, RateTable{{{"A", "done"}, rate}});
    auto const cumulative = [&](double t) {
        return rate[0] * std::min(t, 3.0) + rate[1] * std::max(0.0, std::min(t, 6.0) - 3) +
               rate[2] * std::max(0.0, t - 6);
    };
    Expected const waiting =
        expected(hazards, {.stage = {"A"}, .age_months = {0}, .count = {1}}, 20);
    Expected const entering = expected(hazards, {}, 20, {1});
    for (int month = 1; month <= 20; ++month) {
        double const survival = std::exp(cumulative(.5) - cumulative(month + .5));
        CHECK(near(waiting.mean(month - 1, 0), survival, 1e-14));
        CHECK(near(entering.mean(month - 1, 0), std::exp(-cumulative(month - .5)), 1e-14));
    }
}

TEST_CASE("Weeks and months agree within half a percentage point") {
    double const weeks = 52.0 / 12;
    Hazards const monthly = toy::hazards();
    RateTable per_week;
    for (MoveFit const& fit : monthly.fits()) {
        auto& rate = per_week[names(monthly.trajectory(), fit.move)];
        for (double const per_month : fit.prior_per_month) {
            rate.push_back(per_month / weeks);
        }
    }
    Hazards const weekly(monthly.trajectory(), {0, 3 * weeks, 6 * weeks}, per_week);
    Expected const by_week = expected(weekly, {}, 156, std::vector<double>(52, 1200.0 / 52));
    Expected const by_month = expected(monthly, {}, 36, std::vector<double>(12, 100.0));
    for (int const year : {1, 2, 3}) {
        for (State const state : {toy::done, toy::withdrawn}) {
            CAPTURE(year, state);
            CHECK(std::fabs(by_week.mean(52 * year - 1, state) -
                            by_month.mean(12 * year - 1, state)) < .005 * 1200);
        }
    }
}
