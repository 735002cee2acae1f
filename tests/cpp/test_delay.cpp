#include "catch.hpp"
#include "rows.hpp"
#include "sequence.hpp"
#include "statistics.hpp"

#include <opgave/delay.hpp>
#include <opgave/hazard.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace opgave;
using detail::Sequence;

namespace {

Trajectory one_stage() { return Trajectory({"A"}, "done"); }

Day const start = parse_iso("2026-01-01");
Day const known_on = start + 183;
constexpr double mean_delay = 20;
constexpr double per_month = .2;

// Delays have a geometric distribution on 0, 1, … days.
Day some_delay(Sequence& random) {
    return static_cast<Day>(std::log(random.uniform()) / std::log(mean_delay / (1 + mean_delay)));
}

void add(EventRows& rows, std::string const& id, std::string const& stage, Day date, Day delay) {
    rows.dwelling_id.push_back(id);
    rows.stage.push_back(stage);
    rows.date.push_back(date);
    rows.recorded_on.push_back(date + delay);
}

// Dwellings that come to one stage on any day of half a year and leave it at a constant rate.
Register late_register(std::uint64_t number) {
    Sequence random(31, Purpose::stays, number);
    EventRows rows;
    for (int i = 0; i < 400; ++i) {
        std::string const id = std::to_string(i);
        Day const enter = start + static_cast<Day>(183 * random.uniform());
        double const months = -std::log(random.uniform()) / per_month;
        Day const exit = enter + static_cast<Day>(std::ceil(months * days_per_month));
        add(rows, id, "A", enter, some_delay(random));
        add(rows, id, "done", exit, some_delay(random));
    }
    return {one_stage(), rows};
}

HazardPrior prior() {
    return {
        .band_edges_months = {0}, .per_month = {{{"A", "done"}, {per_month}}}, .shock_scale = 0};
}

// How far the rate seen is from the truth, in standard errors.
double error(Hazards const& hazards) {
    auto const events = static_cast<double>(hazards.fits()[0].events[0]);
    double const rate = events / hazards.fits()[0].exposure_months[0];
    return std::log(rate / per_month) * std::sqrt(events);
}

// Per day of events the number recorded so far; chain ladder of Mack 1993, ASTIN Bulletin 23.
std::vector<double> chain_ladder(Register const& reg, std::size_t size) {
    std::vector<std::vector<double>> cumulative(184, std::vector<double>(size, 0));
    Events const& events = reg.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events.recorded_on[i] <= known_on) {
            auto const day = static_cast<std::size_t>(known_on - events.date[i]);
            auto const delay = static_cast<std::size_t>(events.recorded_on[i] - events.date[i]);
            for (std::size_t u = delay; u < size; ++u) {
                ++cumulative[day][u];
            }
        }
    }
    std::vector<double> within(size, 1);
    for (std::size_t u = size - 1; u > 0; --u) {
        double now = 0;
        double next = 0;
        for (std::size_t ago = u; ago < cumulative.size(); ++ago) {
            now += cumulative[ago][u - 1];
            next += cumulative[ago][u];
        }
        within[u - 1] = within[u] * now / next;
    }
    return within;
}

}  // namespace

TEST_CASE("Without a prior the delays are those of the chain ladder") {
    Register const reg = late_register(0);
    ReportingDelay delay = reporting_delay(reg, known_on);
    delay.prior_events = 1e-9;
    auto const within = recorded_within(delay);
    auto const slow = chain_ladder(reg, within.size());
    REQUIRE(within.size() > 50);
    for (std::size_t u = 0; u < within.size(); ++u) {
        CHECK(std::fabs(within[u] - slow[u]) < 1e-7);
    }
}

TEST_CASE("Days late do not make a rate too low, once they are counted as far as they are known") {
    // 100 registers. An error has a standard deviation of 1, so that its mean is beyond 0.5 with a
    // probability of 6e-7. What is missing of half a year with a delay of 20 days is a tenth of
    // the events: more than one standard error. The seeds are fixed.
    int const registers = statistics::tries(100);
    double const bound = 5 / std::sqrt(registers);
    statistics::Sample as_if_complete;
    statistics::Sample corrected;
    statistics::Sample left_out;
    statistics::Sample missing;
    int held = 0;
    for (int i = 0; i < registers; ++i) {
        Register const reg = late_register(static_cast<std::uint64_t>(i));
        Spells const seen = spells(reg, known_on, known_on);
        ReportingDelay const delay = reporting_delay(reg, known_on);
        as_if_complete.add(error(fit_hazards(seen, one_stage(), prior())));
        corrected.add(error(fit_hazards(seen, one_stage(), prior(), {}, Undated::drop, delay)));
        Day const cut_off = known_on - 90;
        left_out.add(error(fit_hazards(spells(reg, cut_off, known_on), one_stage(), prior())));
        Estimate const share = unrecorded(delay, 30);
        missing.add(share.mean);
        double truth = 0;
        for (int t = 0; t < 30; ++t) {
            truth += std::pow(mean_delay / (1 + mean_delay), t + 1) / 30;
        }
        held += share.q05 < truth && truth < share.q95 ? 1 : 0;
    }
    INFO(as_if_complete.mean << ", " << corrected.mean << ", " << left_out.mean << ", "
                             << missing.mean << ", " << held);
    CHECK(as_if_complete.mean < -.7);
    CHECK(std::fabs(corrected.mean) < bound);
    CHECK(std::fabs(left_out.mean) < bound);
    // Intervals of 90 %; 79 of 100 hold with a probability below 0.001.
    CHECK(statistics::binomial_at_most(registers, .9, held) > .001);
}

TEST_CASE("Where nothing is late, nothing changes") {
    EventRows rows;
    add(rows, "a", "A", start, 0);
    add(rows, "a", "done", start + 40, 0);
    add(rows, "b", "A", start + 10, 0);
    Register const reg{one_stage(), rows};
    ReportingDelay const delay = reporting_delay(reg, known_on);
    CHECK(delay.reported == std::vector<std::int64_t>{3});
    CHECK(delay.at_risk == std::vector<std::int64_t>{3});
    CHECK(recorded_within(delay) == std::vector<double>{1});
    CHECK(unrecorded(delay).mean == 0);
    CHECK(unrecorded({}).mean == 0);
    Spells const seen = spells(reg, known_on, known_on);
    CHECK(fit_hazards(seen, one_stage(), prior(), {}, Undated::drop, delay).fits() ==
          fit_hazards(seen, one_stage(), prior()).fits());
}

TEST_CASE("A delay counts what was recorded, of events that are dated and correct nothing") {
    EventRows rows = rows::events({{"a", "A", "2026-01-01", "2026-01-03"},
                                   {"b", "A", "2026-02-01", "2026-02-02"},
                                   {"b", "A", "2026-02-03", "2026-02-09", "2026-02-01"},
                                   {"c", "A", "", "2026-02-05"},
                                   {"d", "A", "2026-02-20", "2026-02-21"},
                                   {"e", "A", "2025-01-01", "2026-01-01"}});
    Register const reg{one_stage(), rows};
    ReportingDelay const delay =
        reporting_delay(reg, parse_iso("2026-02-20"), parse_iso("2026-01-01"));
    CHECK(delay.reported == std::vector<std::int64_t>{0, 1, 1});
    CHECK(delay.at_risk == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("A delay that cannot be used is refused") {
    Register const reg = late_register(1);
    CHECK_THROWS_AS(reporting_delay(reg, unknown_day), std::invalid_argument);
    ReportingDelay const delay = reporting_delay(reg, known_on - 30);
    CHECK_THROWS_AS(unrecorded(delay, 0), std::invalid_argument);
    CHECK_THROWS_AS(fit_hazards(spells(reg, known_on, known_on), one_stage(), prior(), {},
                                Undated::drop, delay),
                    std::invalid_argument);
}
