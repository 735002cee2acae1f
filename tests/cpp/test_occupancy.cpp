#include "catch.hpp"

#include <opgave/occupancy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>

using namespace opgave;

namespace {

using Times = std::vector<double>;
using Random = std::mt19937;

std::vector<std::string> const letters = {"a", "b", "c", "d", "e"};
std::vector<std::string> first_letters(std::size_t n) {
    return {letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(n)};
}

struct Rows {
    std::vector<std::int32_t> from = {};
    std::vector<std::int32_t> to = {};
    Times start = {};
    Times stop = {};
    Times weight = {};

    void add(int from_state, int to_state, double begin, double end, double w = 1) {
        from.push_back(from_state);
        to.push_back(to_state);
        start.push_back(begin);
        stop.push_back(end);
        weight.push_back(w);
    }
    void add(Rows const& other, std::size_t row) {
        add(other.from[row], other.to[row], other.start[row], other.stop[row], other.weight[row]);
    }
    [[nodiscard]] std::size_t size() const { return from.size(); }
    [[nodiscard]] StateRows<double> view() const { return {from, to, start, stop}; }
    [[nodiscard]] StateRows<double> weighted() const { return {from, to, start, stop, weight}; }
};

Occupancy estimate(Rows const& rows, std::size_t states, Times initial = {}) {
    return aalen_johansen(rows.view(),
                          {.states = first_letters(states), .initial = std::move(initial)});
}

Occupancy estimate_weighted(Rows const& rows, std::size_t states) {
    return aalen_johansen(rows.weighted(), {.states = first_letters(states)});
}

std::size_t below(Random& random, std::size_t n) { return random() % n; }

// Subjects that start at random, move among three states and end in a fourth; some enter late,
// leave and come back, or are censored. Times are multiples of `unit`.
Rows random_rows(Random& random, std::size_t subjects, double unit = 1, bool complete = false) {
    Rows rows;
    for (std::size_t i = 0; i < subjects; ++i) {
        auto state = static_cast<int>(below(random, 3));
        double time = complete ? 0 : static_cast<double>(below(random, 4));
        double const weight = 0.25 + static_cast<double>(below(random, 9)) / 7;
        for (int stays = 0; stays < 6 && state != 3; ++stays) {
            if (!complete && below(random, 5) == 0) time += 1;
            double const end = time + 1 + static_cast<double>(below(random, 6));
            bool const is_last = stays == 5;
            int const next = is_last ? 3 : (state + 1 + static_cast<int>(below(random, 3))) % 4;
            bool const is_censored = !complete && below(random, 4) == 0;
            rows.add(state, is_censored ? -1 : next, time * unit, end * unit, weight);
            if (is_censored) break;
            time = end;
            state = next;
        }
    }
    return rows;
}

double largest_difference(OccupancyTable const& a, OccupancyTable const& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() ? (a - b).abs().maxCoeff()
                                                        : std::numeric_limits<double>::infinity();
}

// The estimate from its definition: for each time of a move the risk sets are counted anew.
OccupancyTable by_definition(Rows const& rows, Times const& times, Times initial,
                             bool with_weights) {
    auto const states = initial.size();
    OccupancyTable result(static_cast<Eigen::Index>(times.size()),
                          static_cast<Eigen::Index>(states));
    for (std::size_t k = 0; k < times.size(); ++k) {
        Times next = initial;
        for (std::size_t h = 0; h < states; ++h) {
            double risk = 0;
            Times moved(states);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (rows.from[i] != static_cast<int>(h) || rows.start[i] >= times[k] ||
                    rows.stop[i] < times[k])
                    continue;
                double const w = with_weights ? rows.weight[i] : 1;
                risk += w;
                if (rows.stop[i] == times[k] && rows.to[i] >= 0)
                    moved[static_cast<std::size_t>(rows.to[i])] += w;
            }
            for (std::size_t j = 0; j < states; ++j) {
                if (moved[j] == 0) continue;
                next[j] += initial[h] * moved[j] / risk;
                next[h] -= initial[h] * moved[j] / risk;
            }
        }
        initial = next;
        for (std::size_t j = 0; j < states; ++j)
            result(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)) = initial[j];
    }
    return result;
}

std::string refusal(Rows const& rows, OccupancyOptions const& options) {
    try {
        (void)aalen_johansen(rows.weighted(), options);
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
    return "";
}

// Therneau's hand-worked case (survival, tests/mstate.R): late entry, re-entry and ties.
Rows mtest() {
    Rows rows;
    rows.add(0, 1, 0, 4);
    rows.add(1, 2, 4, 9);
    rows.add(2, 1, 9, 10);
    rows.add(0, 2, 0, 5);
    rows.add(0, 3, 2, 9);
    rows.add(0, 1, 0, 2);
    rows.add(1, 3, 2, 8);
    rows.add(3, -1, 8, 9);
    rows.add(0, 2, 1, 3);
    rows.add(2, -1, 3, 11);
    return rows;
}

// Durations with a cause, 0 where censored, as rows of one state that is left.
Rows competing(std::vector<std::pair<double, int>> const& durations) {
    Rows rows;
    for (auto const& [time, cause] : durations) rows.add(0, cause == 0 ? -1 : cause, 0, time);
    return rows;
}

}  // namespace

TEST_CASE("Without censoring the probabilities are the fractions that are in each state") {
    Random random(1);
    for (int round = 0; round < 50; ++round) {
        Rows const rows = random_rows(random, 1 + below(random, 30), 1, true);
        auto const occupancy = estimate(rows, 4);
        for (double time = 0; time <= 40; time += 0.5) {
            Times inside(4);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (rows.start[i] <= time && time < rows.stop[i])
                    inside[static_cast<std::size_t>(rows.from[i])] += 1;
                if (rows.to[i] == 3 && rows.stop[i] <= time) inside[3] += 1;
            }
            double const all = std::accumulate(inside.begin(), inside.end(), 0.0);
            auto const reading = occupancy.at({time}).probability;
            for (Eigen::Index j = 0; j < 4; ++j)
                CHECK(std::fabs(reading(0, j) - inside[static_cast<std::size_t>(j)] / all) < 1e-14);
        }
    }
}

TEST_CASE("Stays without length leave the fractions as they are observed") {
    Random random(2);
    for (int round = 0; round < 50; ++round) {
        Rows rows;
        Times last(4);
        std::size_t const subjects = 1 + below(random, 20);
        for (std::size_t i = 0; i < subjects; ++i) {
            double time = 0;
            for (int state = 0; state < 3;) {
                double const end = time + static_cast<double>(below(random, 3));
                int const next = state + 1 + static_cast<int>(below(random, 3 - state > 1 ? 2 : 1));
                rows.add(state, next, time, end);
                time = end;
                state = next;
            }
            rows.add(3, -1, time, 99);
        }
        auto const n = static_cast<double>(subjects);
        auto const occupancy = estimate(rows, 4, {1, 0, 0, 0});
        CHECK(estimate(rows, 4).initial == Times{1, 0, 0, 0});
        for (double time = 0; time <= 8; time += 0.5) {
            Times inside(4);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (rows.start[i] <= time && time < rows.stop[i])
                    inside[static_cast<std::size_t>(rows.from[i])] += 1;
            }
            auto const reading = occupancy.at({time}).probability;
            for (Eigen::Index j = 0; j < 4; ++j)
                CHECK(std::fabs(reading(0, j) - inside[static_cast<std::size_t>(j)] / n) < 1e-14);
        }
    }
}

TEST_CASE("The estimate is that of its definition") {
    Random random(3);
    for (int round = 0; round < 60; ++round) {
        double const unit = round % 2 == 0 ? 1 : 0.37;
        Rows const rows = random_rows(random, 2 + below(random, 40), unit);
        for (bool const with_weights : {false, true}) {
            auto const occupancy = with_weights ? estimate_weighted(rows, 4) : estimate(rows, 4);
            auto const expected =
                by_definition(rows, occupancy.times, occupancy.initial, with_weights);
            CHECK(largest_difference(occupancy.probability, expected) < 1e-13);
            CHECK((occupancy.probability.rowwise().sum() - 1).abs().maxCoeff() < 1e-14);
        }
    }
}

TEST_CASE("Days as int32 and as double give the same") {
    Random random(4);
    Rows const rows = random_rows(random, 60);
    std::vector<std::int32_t> const start(rows.start.begin(), rows.start.end());
    std::vector<std::int32_t> const stop(rows.stop.begin(), rows.stop.end());
    StateRows<std::int32_t> const days{rows.from, rows.to, start, stop};
    CHECK(aalen_johansen(days, {.states = first_letters(4)}) == estimate(rows, 4));
}

TEST_CASE("Counted days and sorted times give the same") {
    Random random(5);
    for (int round = 0; round < 20; ++round) {
        Rows const rows = random_rows(random, 40);
        Rows far = rows;
        for (Times* times : {&far.start, &far.stop})
            for (double& time : *times) time *= 1e6;
        auto const near = estimate(rows, 4);
        auto const sorted = estimate(far, 4);
        CHECK(largest_difference(near.probability, sorted.probability) == 0);
        CHECK(largest_difference(near.std_error, sorted.std_error) == 0);
        CHECK(near.warnings.size() == sorted.warnings.size());
    }
}

TEST_CASE("One cause is the product-limit estimate with Greenwood's variance") {
    Random random(6);
    for (int round = 0; round < 20; ++round) {
        Rows rows;
        for (int i = 0; i < 30; ++i)
            rows.add(0, below(random, 3) == 0 ? -1 : 1, 0,
                     1 + static_cast<double>(below(random, 12)));
        auto const occupancy = estimate(rows, 2);
        double survival = 1;
        double greenwood = 0;
        for (std::size_t k = 0; k < occupancy.times.size(); ++k) {
            double risk = 0;
            double gone = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (rows.stop[i] >= occupancy.times[k]) risk += 1;
                if (rows.stop[i] == occupancy.times[k] && rows.to[i] == 1) gone += 1;
            }
            survival *= 1 - gone / risk;
            if (gone < risk) greenwood += gone / (risk * (risk - gone));
            auto const row = static_cast<Eigen::Index>(k);
            CHECK(std::fabs(occupancy.probability(row, 0) - survival) < 1e-14);
            CHECK(std::fabs(occupancy.std_error(row, 0) - survival * std::sqrt(greenwood)) < 1e-13);
        }
    }
}

TEST_CASE("Incidences sum to one less the product-limit estimate of all causes together") {
    Random random(7);
    Rows rows;
    for (int i = 0; i < 80; ++i)
        rows.add(0, static_cast<int>(below(random, 4)) - 1 + (i % 2), 0,
                 1 + static_cast<double>(below(random, 20)));
    Rows joined = rows;
    for (auto& to : joined.to) to = std::min(to, 1);
    auto const apart = estimate(rows, 4);
    auto const together = estimate(joined, 2);
    REQUIRE(apart.times == together.times);
    CHECK((apart.probability.rightCols(3).rowwise().sum() - together.probability.col(1))
              .abs()
              .maxCoeff() < 1e-14);
    CHECK((apart.std_error.col(0) - together.std_error.col(0)).abs().maxCoeff() < 1e-14);
}

TEST_CASE("Splitting rows changes nothing") {
    Random random(8);
    for (int round = 0; round < 40; ++round) {
        Rows const rows = random_rows(random, 30, round % 2 == 0 ? 1 : 0.5);
        Rows split;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            double const length = rows.stop[i] - rows.start[i];
            double const at = rows.start[i] + length * static_cast<double>(below(random, 3)) / 2;
            if (at < rows.stop[i]) {
                split.add(rows.from[i], -1, rows.start[i], at, rows.weight[i]);
                split.add(rows.from[i], rows.to[i], at, rows.stop[i], rows.weight[i]);
            } else {
                split.add(rows, i);
            }
        }
        CHECK(estimate(split, 4) == estimate(rows, 4));
        auto const weighted = estimate_weighted(rows, 4);
        auto const parts = estimate_weighted(split, 4);
        CHECK(largest_difference(parts.probability, weighted.probability) < 1e-15);
    }
}

TEST_CASE("A row that is censored at its entry, or weighs nothing, changes nothing") {
    Random random(9);
    Rows const rows = random_rows(random, 30);
    auto const before = estimate(rows, 4);
    for (double time : {-3.0, 0.0, 1.0, 2.5, 7.0, 1000.0}) {
        for (int state = 0; state < 4; ++state) {
            Rows more = rows;
            more.add(state, -1, time, time);
            CHECK(estimate(more, 4) == before);
            more.add(state, state, time, time);
            CHECK(estimate(more, 4) == before);
        }
    }
    Rows more = rows;
    more.add(0, 1, -5, 99.5, 0);
    CHECK(estimate_weighted(more, 4) == estimate_weighted(rows, 4));
}

TEST_CASE("The order of rows changes nothing") {
    Random random(10);
    Rows const rows = random_rows(random, 50);
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (int round = 0; round < 10; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        Rows shuffled;
        for (auto const i : order) shuffled.add(rows, i);
        CHECK(estimate(shuffled, 4) == estimate(rows, 4));
        auto const weighted = estimate_weighted(shuffled, 4);
        CHECK(largest_difference(weighted.probability, estimate_weighted(rows, 4).probability) <
              1e-15);
    }
}

TEST_CASE("A whole weight is that many rows") {
    Random random(11);
    Rows weighted = random_rows(random, 40);
    Rows repeated;
    for (std::size_t i = 0; i < weighted.size(); ++i) {
        weighted.weight[i] = static_cast<double>(below(random, 4));
        for (double w = 0; w < weighted.weight[i]; ++w) repeated.add(weighted, i);
    }
    auto const few = estimate_weighted(weighted, 4);
    auto const many = estimate(repeated, 4);
    CHECK(few.times == many.times);
    CHECK(largest_difference(few.probability, many.probability) < 1e-15);
    CHECK(largest_difference(few.std_error, many.std_error) < 1e-15);
}

TEST_CASE("A grid never changes the incidence") {
    Random random(12);
    auto const occupancy = estimate(random_rows(random, 40), 4);
    auto const all = occupancy.at(occupancy.times);
    CHECK(largest_difference(all.probability, occupancy.probability) == 0);
    CHECK(largest_difference(all.std_error, occupancy.std_error) == 0);
    for (std::size_t k = 0; k + 1 < occupancy.times.size(); ++k) {
        double const middle = (occupancy.times[k] + occupancy.times[k + 1]) / 2;
        auto const reading = occupancy.at({99, middle, -1});
        auto const row = static_cast<Eigen::Index>(k);
        CHECK((reading.probability.row(1) == occupancy.probability.row(row)).all());
        CHECK((reading.probability.row(0) == occupancy.probability.bottomRows(1)).all());
        for (Eigen::Index j = 0; j < 4; ++j)
            CHECK(reading.probability(2, j) == occupancy.initial[static_cast<std::size_t>(j)]);
        CHECK((reading.std_error.row(2) == 0).all());
    }
    CHECK_THROWS_AS(occupancy.at({std::nan("")}), std::invalid_argument);
}

TEST_CASE("The hand-worked case of Therneau") {
    auto const occupancy = estimate(mtest(), 4);
    CHECK(occupancy.times == Times{2, 3, 4, 5, 8, 9, 10, 11});
    OccupancyTable expected(8, 4);
    expected << 24, 8, 0, 0, 18, 8, 6, 0, 12, 14, 6, 0, 6, 14, 12, 0, 6, 7, 12, 7, 0, 0, 19, 13, 0,
        9.5, 9.5, 13, 0, 9.5, 9.5, 13;
    CHECK(largest_difference(occupancy.probability, expected / 32) < 1e-14);
    CHECK(occupancy.warnings.empty());
}

TEST_CASE("Competing causes with the variance of SAS") {
    // lifelines, tests/test_estimation.py, TestAalenJohansenFitter.
    auto const occupancy = estimate(competing({{1, 0}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {6, 0}}), 3);
    auto const reading = occupancy.at({1, 2, 3, 4, 5, 6});
    Times const incidence = {0, 0, 0, .2, .4, .4};
    Times const variance = {0, 0, 0, .032, .048, .048};
    for (Eigen::Index k = 0; k < 6; ++k) {
        auto const place = static_cast<std::size_t>(k);
        CHECK(std::fabs(reading.probability(k, 2) - incidence[place]) < 1e-14);
        CHECK(std::fabs(std::pow(reading.std_error(k, 2), 2) - variance[place]) < 1e-14);
    }
}

TEST_CASE("Bone marrow transplants, acute lymphoblastic leukaemia") {
    // Scrucca, Santucci and Aversa (2007), Bone Marrow Transplantation 40, 381-387; figures as in
    // scikit-survival, tests/test_nonparametric.py. The rows are those that give its increments.
    auto const occupancy = estimate(competing({{2, 2},
                                               {2, 0},
                                               {3, 1},
                                               {3, 1},
                                               {3, 1},
                                               {4, 1},
                                               {4, 1},
                                               {4, 0},
                                               {7, 2},
                                               {7, 0},
                                               {8, 1},
                                               {8, 0},
                                               {10, 2},
                                               {32, 0},
                                               {35, 0},
                                               {67, 0},
                                               {68, 0},
                                               {70, 0}}),
                                    3);
    auto const reading = occupancy.at({2, 3, 4, 7, 8, 10, 32, 70}).probability;
    Times const relapse = {0,         .17708333, .29513889, .29513889,
                           .36818576, .36818576, .36818576, .36818576};
    Times const death = {.05555556, .05555556, .05555556, .12048611,
                         .12048611, .20570747, .20570747, .20570747};
    for (Eigen::Index k = 0; k < 8; ++k) {
        CHECK(std::fabs(reading(k, 1) - relapse[static_cast<std::size_t>(k)]) < 5e-9);
        CHECK(std::fabs(reading(k, 2) - death[static_cast<std::size_t>(k)]) < 5e-9);
    }
}

TEST_CASE("Three causes at times that are no whole numbers") {
    // scikit-survival, tests/test_nonparametric.py.
    auto const occupancy =
        estimate(competing({{5.3, 1},  {10.2, 0}, {4.5, 3}, {12.7, 0}, {7.4, 2},  {8.6, 3},
                            {9.1, 0},  {3.3, 1},  {6.9, 3}, {11.5, 0}, {15.2, 1}, {13.1, 0},
                            {10.0, 3}, {5.9, 0},  {8.2, 2}, {4.3, 0},  {6.1, 0},  {14.7, 3},
                            {16.9, 0}, {3.7, 1},  {5.0, 0}, {7.8, 3},  {9.5, 1},  {11.9, 0},
                            {10.6, 2}, {6.4, 0},  {4.8, 3}, {12.3, 2}, {14.0, 0}}),
                 4);
    auto const last = occupancy.probability.bottomRows(1);
    CHECK(std::fabs(last(0, 1) - .28471974) < 5e-9);
    CHECK(std::fabs(last(0, 2) - .20368215) < 5e-9);
    CHECK(std::fabs(last(0, 3) - .37980378) < 5e-9);
}

TEST_CASE("An event at time zero has all at risk") {
    auto const occupancy = estimate(competing({{0, 1}, {0, 2}, {3, 1}, {5, 0}}), 3);
    CHECK(occupancy.times == Times{0, 3, 5});
    CHECK(occupancy.initial == Times{1, 0, 0});
    OccupancyTable expected(3, 3);
    expected << .5, .25, .25, .25, .5, .25, .25, .5, .25;
    CHECK(largest_difference(occupancy.probability, expected) < 1e-15);
    // A binomial of four, as nobody is censored before 5.
    CHECK(std::fabs(occupancy.std_error(1, 0) - std::sqrt(.25 * .75 / 4)) < 1e-15);
}

TEST_CASE("Without censoring the variance is binomial, also through stays without length") {
    Random random(13);
    Rows rows;
    double const subjects = 60;
    for (int i = 0; i < subjects; ++i) {
        double const first = static_cast<double>(below(random, 3));
        double const second = first + static_cast<double>(below(random, 2));
        rows.add(0, 1, 0, first);
        rows.add(1, below(random, 2) == 0 ? 2 : 3, first, second);
    }
    auto const occupancy = estimate(rows, 4);
    auto const& p = occupancy.probability;
    CHECK((occupancy.std_error - (p * (1 - p) / subjects).sqrt()).abs().maxCoeff() < 1e-14);
}

TEST_CASE("Two who go to and fro within a day are where they end") {
    Rows rows;
    rows.add(0, 1, 0, 5);
    rows.add(1, 0, 5, 5);
    rows.add(0, 1, 5, 5);
    rows.add(1, -1, 5, 9);
    rows.add(0, -1, 0, 9);
    auto const occupancy = estimate(rows, 2);
    CHECK(std::fabs(occupancy.probability(0, 1) - .5) < 1e-15);
    Rows endless;
    endless.add(0, 1, 5, 5);
    endless.add(1, 0, 5, 5);
    CHECK(refusal(endless, {.states = {"a", "b"}}) ==
          "initial must be given: nobody is at risk before the first move, at time 5");
    CHECK(refusal(endless, {.states = {"a", "b"}, .initial = {1, 0}}) ==
          "stays without length at time 5 only lead to one another");
}

TEST_CASE("The initial distribution is given, or that of those at risk before the first move") {
    Rows rows;
    rows.add(0, -1, 0, 1);
    rows.add(0, 2, 1, 4);
    rows.add(1, -1, 2, 6);
    rows.add(1, 2, 4, 5);
    CHECK(estimate(rows, 3).initial == Times{.5, .5, 0});
    CHECK(estimate(rows, 3, {0, 1, 0}).probability(0, 1) == 1);
    Rows still;
    still.add(0, -1, 0, 4);
    still.add(1, -1, 0, 2);
    still.add(1, -1, 1, 9);
    auto const nothing = estimate(still, 3);
    CHECK(nothing.initial == Times{.5, .5, 0});
    CHECK(nothing.times == Times{9});
    CHECK((nothing.std_error == 0).all());
}

TEST_CASE("A risk set of one that decides the estimate is warned about, with the time") {
    Rows rows;
    rows.add(0, 1, 0, 3);
    rows.add(0, 1, 4, 8);
    rows.add(0, -1, 5, 9);
    auto const occupancy = estimate(rows, 2);
    CHECK(occupancy.probability(0, 0) == 0);
    REQUIRE(occupancy.warnings.size() == 1);
    CHECK(
        occupancy.warnings[0] ==
        "at time 3 all at risk in \"a\" (1) move on and take its probability of 1 along, although "
        "others are first observed there at time 4");
    Rows early = rows;
    early.start[1] = 2;
    CHECK(estimate(early, 2).warnings.empty());
    Rows returning = mtest();
    CHECK(estimate(returning, 4).warnings.empty());
}

TEST_CASE("Without variance there is none, and the probabilities are the same") {
    Rows const rows = mtest();
    auto const plain = aalen_johansen(rows.view(), {.states = first_letters(4), .variance = false});
    CHECK(plain.std_error.rows() == 0);
    CHECK(plain.at({3}).std_error.rows() == 0);
    CHECK((plain.probability == estimate(rows, 4).probability).all());
    CHECK_FALSE(plain == estimate(rows, 4));
}

TEST_CASE("Rows that cannot be are refused with their place and value") {
    OccupancyOptions const options{.states = {"a", "b"}};
    auto const with = [&](auto change) {
        Rows rows;
        rows.add(0, 1, 0, 5);
        rows.add(0, -1, 0, 5);
        change(rows);
        return refusal(rows, options);
    };
    double const nan = std::nan("");
    CHECK(with([](Rows&) {}).empty());
    CHECK(with([](Rows& r) { r.from[1] = 2; }) == "from_state must be from 0 to 1, got 2 at row 1");
    CHECK(with([](Rows& r) { r.from[1] = -1; }) ==
          "from_state must be from 0 to 1, got -1 at row 1");
    CHECK(with([](Rows& r) { r.to[0] = -2; }) == "to_state must be from -1 to 1, got -2 at row 0");
    CHECK(with([&](Rows& r) { r.start[1] = nan; }) ==
          "start must be a finite number, got nan at row 1");
    CHECK(with([](Rows& r) { r.stop[1] = std::numeric_limits<double>::infinity(); }) ==
          "stop must be a finite number, got inf at row 1");
    CHECK(with([](Rows& r) { r.start[0] = 7; }) == "stop must be >= start (7), got 5 at row 0");
    CHECK(with([](Rows& r) { r.weight[1] = -1; }) == "weight must be >= 0, got -1 at row 1");
    CHECK(with([&](Rows& r) { r.weight[1] = nan; }) == "weight must be >= 0, got nan at row 1");
    CHECK(with([](Rows& r) { r.stop.pop_back(); }) ==
          "stop must be as long as from_state, which has 2 rows, got 1");
    CHECK(with([](Rows& r) { r = {}; }) ==
          "rows must hold a stay that has length and weight or ends in a move, got none in 0 rows");
}

TEST_CASE("An initial distribution that is none is refused") {
    Rows const rows = mtest();
    auto const with = [&](Times initial) {
        return refusal(rows, {.states = first_letters(4), .initial = std::move(initial)});
    };
    CHECK(with({.5, .5, 0, 0}).empty());
    CHECK(with({1}) == "initial must have one probability per state, 4, got 1");
    CHECK(with({.5, .6, 0, 0}) == "initial must sum to 1, got 1.1");
    CHECK(with({1.5, -.5, 0, 0}) == "initial must be probabilities, got 1.5 for \"a\"");
}
