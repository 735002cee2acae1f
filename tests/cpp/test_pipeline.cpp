#include "catch.hpp"
#include "net_mixture.hpp"
#include "normal.hpp"
#include "pipeline_items.hpp"

#include <opgave/hazard.hpp>
#include <opgave/pipeline.hpp>
#include <opgave/random.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

using namespace opgave;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

bool near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance; }

double at_least(CountDistribution const& law, double k) { return 1 - cumulative(law, k - 1); }

Day day(char const* text) { return parse_iso(text); }

// A model in which the chances of each phase are as good as known.
PipelineModel certain(CommonFactor const& factor = {}, int draws = 2000) {
    PipelineModel model{.factor = factor, .draws = draws};
    for (auto& phase : model.phases) {
        phase.worth_projects = 1e9;
        phase.tenth_smaller = 0;
        phase.quarter_smaller = 0;
    }
    return model;
}

PipelineRows rows() {
    return {.name = {"A", "B", "C", "D"},
            .units_added = {100, 80, 60, 40},
            .units_demolished = {0, 30, 10, 0},
            .gross_or_net = {"gross", "gross", "net", ""},
            .phase = {"construction", "permit", "design", ""},
            .hardness = {"hard", "", "", "soft"},
            .demolition = {unknown_day, day("2027-06-01"), unknown_day, unknown_day},
            .planned_completion = {day("2027-09-01"), day("2028-12-01"), day("2028-06-01"),
                                   day("2029-03-01")}};
}

NetQuestion question(char const* before_day = "2030-01-01") {
    return {.as_of = day("2026-12-31"), .deadline = before(day(before_day))};
}

Issues issues_of(PipelineRows rows) {
    try {
        return Pipeline(std::move(rows)).issues();
    } catch (RegisterError const& error) {
        return error.issues();
    }
}

std::vector<std::string> codes_of(PipelineRows rows) {
    std::vector<std::string> codes;
    for (auto const& issue : issues_of(std::move(rows))) {
        codes.push_back(issue.code);
    }
    return codes;
}

bool has(std::vector<std::string> const& codes, std::string const& code) {
    return std::ranges::find(codes, code) != codes.end();
}

std::string left_reason(Pipeline const& pipeline, std::size_t row, char const* as_of) {
    for (auto const& entry : left_out(pipeline, day(as_of))) {
        if (entry.row == row) return entry.reason;
    }
    return "";
}

// The chance to be completed before a day, for the phases of `certain`.
double completes(PhasePrior const& phase, Day planned, Day deadline) {
    double const months = (deadline - planned) / days_per_month;
    double const score =
        (std::log(months) - std::log(phase.delay_median_months)) / phase.delay_log_sd;
    return (1 - phase.fall_through) * detail::normal_cdf(score);
}

}  // namespace

TEST_CASE("net additions of projects apart are those of every subset, demolition on its own day") {
    auto const model = certain();
    Pipeline const pipeline(rows(), model);
    auto const law = distribution(pipeline, question());
    Day const deadline = day("2030-01-01");
    auto const phase = [&](std::size_t i) { return model.phases[i]; };
    double const a = completes(phase(4), day("2027-09-01"), deadline);
    double const b = completes(phase(3), day("2028-12-01"), deadline);
    double const c = completes(phase(2), day("2028-06-01"), deadline);
    double const d = completes(phase(7), day("2029-03-01"), deadline);
    double const b_kept = 1 - phase(3).fall_through;
    // C is net 60: 70 gross less 10, which without a day go with its completion.
    double expected = 0;
    for (unsigned set = 0; set < 8; ++set) {
        double const others = ((set & 1U) != 0 ? a : 1 - a) * ((set & 2U) != 0 ? c : 1 - c) *
                              ((set & 4U) != 0 ? d : 1 - d);
        double const net =
            ((set & 1U) != 0 ? 100 : 0) + ((set & 2U) != 0 ? 60 : 0) + ((set & 4U) != 0 ? 40 : 0);
        expected += others * ((net + 50 >= 150 ? b : 0) + (net - 30 >= 150 ? b_kept - b : 0) +
                              (net >= 150 ? 1 - b_kept : 0));
    }
    REQUIRE(near(at_least(law, 150), expected, 1e-3));
    REQUIRE(near(probability(pipeline, 150, question()).value, at_least(law, 150), 1e-12));
}

TEST_CASE("the path dips when demolition comes first") {
    Pipeline const pipeline({.name = {"A"},
                             .units_added = {50},
                             .units_demolished = {20},
                             .gross_or_net = {"gross"},
                             .phase = {"construction"},
                             .demolition = {day("2027-03-15")},
                             .planned_completion = {day("2028-03-01")}},
                            certain());
    auto const points = path(pipeline, 30, question());
    REQUIRE(points.size() == 36);
    REQUIRE(points[1].mean == 0);
    REQUIRE(near(points[2].mean, -20 * 0.98, 1e-6));
    REQUIRE(points[2].day == day("2027-03-31"));
    REQUIRE(points[2].quantiles[2] == -20);
    REQUIRE(near(points.back().mean, 30 * 0.98, 0.05));
}

TEST_CASE("before is strict: a home completed on the day itself does not count") {
    PipelineRows one{.name = {"A"},
                     .units_added = {10},
                     .units_demolished = {0},
                     .phase = {"construction"},
                     .planned_completion = {day("2030-01-01")}};
    Pipeline const pipeline(one);
    REQUIRE(probability(pipeline, 1, question()).method == "unreachable");
    auto later = question();
    later.deadline = by(day("2030-01-01"));
    auto const found = probability(pipeline, 1, later);
    REQUIRE(found.method != "unreachable");
    REQUIRE(found.value > 0);
}

TEST_CASE("months and the headline say the same, and so does the observed stock") {
    Pipeline const pipeline(rows(), {.factor = {.35, .25}});
    auto asked = question();
    auto const points = path(pipeline, 150, asked);
    REQUIRE(points.back().day == day("2029-12-31"));
    REQUIRE(near(points.back().at_least, probability(pipeline, 150, asked).value, 1e-12));
    REQUIRE(near(points.back().mean, mean(distribution(pipeline, asked)), 1e-9));
    asked.observed = 70;
    auto const moved = probability(pipeline, 220, asked);
    REQUIRE(near(moved.value, points.back().at_least, 1e-12));
    REQUIRE(moved.ceiling == probability(pipeline, 150, question()).ceiling + 70);
}

TEST_CASE("the probability falls with the goal and rises with a deadline without demolition") {
    auto gross = rows();
    gross.units_demolished = {0, 0, 0, 0};
    Pipeline const pipeline(gross, {.factor = {.35, .25}});
    double last = 1;
    for (std::int64_t goal = 1; goal < 290; goal += 7) {
        double const value = probability(pipeline, goal, question()).value;
        REQUIRE(value <= last + 1e-12);
        last = value;
    }
    last = 0;
    for (char const* date :
         {"2027-12-01", "2028-07-01", "2029-06-01", "2030-01-01", "2034-01-01"}) {
        double const value = probability(pipeline, 150, question(date)).value;
        REQUIRE(value >= last);
        last = value;
    }
}

TEST_CASE("a project that is late already is given the time it has waited") {
    // Planned 12 months before, delay log-normal: P(D < 18 | D > 12).
    PipelineRows one{.name = {"A"},
                     .units_added = {10},
                     .units_demolished = {0},
                     .phase = {"design"},
                     .planned_completion = {day("2026-01-01")}};
    Pipeline const pipeline(one, certain());
    auto const& design = pipeline.model().phases[2];
    NetQuestion const asked{day("2026-12-31"), before(day("2027-07-01")), 0};
    auto const cdf = [&](Day then) {
        double const months = (then - day("2026-01-01")) / days_per_month;
        return detail::normal_cdf(std::log(months / design.delay_median_months) /
                                  design.delay_log_sd);
    };
    double const waited = cdf(day("2027-01-01"));
    double const expected =
        (1 - design.fall_through) * (cdf(day("2027-07-01")) - waited) / (1 - waited);
    REQUIRE(near(probability(pipeline, 1, asked).value, expected, 1e-4));
}

TEST_CASE("parts of one parent share their fate") {
    PipelineRows parts{.name = {"A1", "A2"},
                       .units_added = {10, 10},
                       .units_demolished = {0, 0},
                       .phase = {"design", "design"},
                       .planned_completion = {day("2027-06-01"), day("2027-06-01")},
                       .parent = {"A", "A"}};
    Pipeline const together(parts, certain());
    parts.parent = {};
    Pipeline const apart(parts, certain());
    auto const asked = question("2028-01-01");
    double const chance = probability(together, 20, asked).value;
    REQUIRE(near(probability(together, 1, asked).value, chance, 1e-12));
    REQUIRE(near(probability(apart, 20, asked).value, chance * chance, 1e-3));
    REQUIRE(near(mean(distribution(apart, asked)), mean(distribution(together, asked)), 0.01));
}

// Each part by itself has the chance that it has alone, and together they are nested.
TEST_CASE("parts in different phases and on different days keep their own chances") {
    PipelineRows both{.name = {"A1", "A2"},
                      .units_added = {100, 1},
                      .units_demolished = {0, 0},
                      .phase = {"construction", "design"},
                      .planned_completion = {day("2027-06-01"), day("2028-03-01")},
                      .parent = {"A", "A"}};
    auto const asked = question("2029-01-01");
    auto const law = distribution(Pipeline(both, certain()), asked);
    auto const phases = certain().phases;
    double const first = completes(phases[4], day("2027-06-01"), day("2029-01-01"));
    double const second = completes(phases[2], day("2028-03-01"), day("2029-01-01"));
    auto const mass = [&](double k) { return cumulative(law, k) - cumulative(law, k - 1); };
    REQUIRE(near(mass(100) + mass(101), first, 1e-4));
    REQUIRE(near(mass(1) + mass(101), second, 1e-4));
    REQUIRE(mass(1) < first * second);
}

TEST_CASE("a project may become smaller") {
    auto model = certain();
    for (auto& phase : model.phases) {
        phase.fall_through = 1e-9;
        phase.tenth_smaller = 0.3;
        phase.quarter_smaller = 0.1;
    }
    PipelineRows one{.name = {"A"},
                     .units_added = {20},
                     .units_demolished = {0},
                     .phase = {"delivery"},
                     .planned_completion = {day("2027-01-31")}};
    auto const law = distribution(Pipeline(one, model), question("2099-01-01"));
    REQUIRE(near(at_least(law, 20), 0.6, 1e-6));
    REQUIRE(near(at_least(law, 18), 0.9, 1e-6));
    REQUIRE(near(at_least(law, 15), 1, 1e-6));
}

TEST_CASE("uncertainty of the chances is carried along, and differs from the mean chance") {
    PipelineRows many;
    for (int i = 0; i < 40; ++i) {
        many.name.push_back("P" + std::to_string(i));
        many.units_added.push_back(10);
        many.units_demolished.push_back(0);
        many.phase.emplace_back("design");
        many.planned_completion.push_back(day("2027-06-01"));
    }
    auto vague = certain();
    vague.phases[2].worth_projects = 4;
    auto const asked = question();
    auto const sure = distribution(Pipeline(many, certain()), asked);
    auto const unsure = distribution(Pipeline(many, vague), asked);
    REQUIRE(standard_deviation(unsure) > 2 * standard_deviation(sure));
}

// Beta-binomial: q ~ Beta(2, 8) of n projects that complete at once if they are kept. 2,000 draws;
// a bound of 4 standard errors of a Beta(2, 8), 0.12, is 0.011.
TEST_CASE("the number of projects kept is beta-binomial") {
    PipelineRows many;
    for (int i = 0; i < 6; ++i) {
        many.name.push_back("P" + std::to_string(i));
        many.units_added.push_back(1);
        many.units_demolished.push_back(0);
        many.phase.emplace_back("design");
        many.planned_completion.push_back(day("2027-01-31"));
    }
    auto model = certain();
    model.phases[2].worth_projects = 10;
    model.phases[2].fall_through = 0.2;
    model.phases[2].delay_log_sd = 1e-3;
    auto const law = distribution(Pipeline(many, model), question("2999-01-01"));
    auto const log_beta = [](double a, double b) {
        return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
    };
    for (int kept = 0; kept <= 6; ++kept) {
        double const choose = std::lgamma(7) - std::lgamma(kept + 1) - std::lgamma(7 - kept);
        double const mass = std::exp(choose + log_beta(8 + kept, 8 - kept) - log_beta(8, 2));
        REQUIRE(near(cumulative(law, kept) - cumulative(law, kept - 1), mass, 0.011));
    }
}

TEST_CASE("the standard error is that of other seeds") {
    double sum = 0;
    double square = 0;
    double claimed = 0;
    constexpr int seeds = 40;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        PipelineModel const model{.factor = {.35, .25}, .draws = 200, .seed = seed};
        auto const found = probability(Pipeline(rows(), model), 150, question());
        sum += found.value;
        square += found.value * found.value;
        claimed += found.std_error / seeds;
    }
    double const spread = std::sqrt((square - sum * sum / seeds) / (seeds - 1));
    REQUIRE(claimed / spread > 0.6);  // spread has a relative error of 11 %: 3.5 of them
    REQUIRE(claimed / spread < 1.6);
}

TEST_CASE("a wide pipeline has a coarser path with the same mean and nearly the same chances") {
    PipelineRows many;
    for (int i = 0; i < 80; ++i) {
        many.name.push_back("P" + std::to_string(i));
        many.units_added.push_back(20 + 7 * (i % 9));
        many.units_demolished.push_back(i % 4 == 0 ? 11 : 0);
        many.gross_or_net.emplace_back("gross");
        many.phase.push_back(project_phases()[static_cast<std::size_t>(i % 6)]);
        many.planned_completion.push_back(day("2027-03-01") + 12 * i);
        many.demolition.push_back(day("2027-02-01") + 12 * i);
    }
    Pipeline const pipeline(many, {.factor = {.35, .25}});
    auto const asked = question();
    REQUIRE(path_step(pipeline, asked) > 1);
    REQUIRE(path_step(Pipeline(rows()), asked) == 1);
    auto const exact = distribution(pipeline, asked);
    auto const last = path(pipeline, 2000, asked).back();
    REQUIRE(near(last.mean, mean(exact), 1e-6));
    REQUIRE(near(last.sd / standard_deviation(exact), 1, 0.001));
    REQUIRE(near(last.at_least, at_least(exact, 2000), 0.01));
}

TEST_CASE("what one project does is what the pipeline without it, or surely with it, says") {
    auto model = certain({.35, .25}, leverage_draws);
    auto all = rows();
    auto const asked = question();
    double const now = probability(Pipeline(all, model), 150, asked).value;
    auto const found = leverage(Pipeline(all, model), 150, asked);
    REQUIRE(found.size() == 4);
    auto const a = std::ranges::find(found, "A", &Leverage::name);
    all.phase[0] = "initiative";
    all.planned_completion[0] = day("2040-01-01");
    double const without = probability(Pipeline(all, model), 150, asked).value;
    REQUIRE(near(a->dropped, without - now, 1e-9));
    REQUIRE(a->secured > 0);
    all = rows();
    all.planned_completion[3] = day("2028-03-01");
    double const earlier = probability(Pipeline(all, model), 150, asked).value;
    auto const d = std::ranges::find(found, "D", &Leverage::name);
    REQUIRE(near(d->advanced, earlier - now, 1e-9));
}

TEST_CASE("the same seed gives the same numbers, another one others") {
    auto const value = [](std::uint64_t seed) {
        return probability(Pipeline(rows(), {.factor = {.35, .25}, .seed = seed}), 150, question());
    };
    REQUIRE(value(1) == value(1));
    REQUIRE(value(1).value != value(2).value);
}

// Plan capacity of 130 % for what is needed: 1 - 1 / 1.3 is 23 %.
TEST_CASE("the starting values lose about as much as the rule of thumb for plan capacity") {
    double lost = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        auto const& p = default_phases()[i];
        lost += (p.fall_through +
                 (1 - p.fall_through) * (0.1 * p.tenth_smaller + 0.25 * p.quarter_smaller)) /
                5;
    }
    REQUIRE(near(lost, 1 - 1 / 1.3, 0.03));
}

TEST_CASE("past projects move the beliefs as the conjugate laws say") {
    auto const phases = default_phases();
    PastProjects past;
    for (int i = 0; i < 8; ++i) {
        past.phase.emplace_back("permit");
        past.planned.push_back(day("2024-01-01"));
        past.completed.push_back(i < 5 ? day("2024-01-01") + 30 * (i + 1) : unknown_day);
        past.cancelled.push_back(i >= 5 && i < 7 ? 1 : 0);
    }
    auto const before_data = learn(phases)[3];
    auto const after = learn(phases, past)[3];
    REQUIRE(near(after.fallen, before_data.fallen + 2, 1e-12));
    REQUIRE(near(after.kept, before_data.kept + 5, 1e-12));
    REQUIRE(after.past_fallen == 2);
    REQUIRE(after.past_completed == 5);
    // Murphy 2007, equations 197-200, from all delays at once.
    std::vector<double> logs;
    for (int i = 0; i < 5; ++i) logs.push_back(std::log(30 * (i + 1) / days_per_month));
    double const mean = std::accumulate(logs.begin(), logs.end(), 0.0) / 5;
    double square = 0;
    for (double const x : logs) square += (x - mean) * (x - mean);
    double const worth = before_data.mean_worth + 5;
    REQUIRE(near(after.log_mean, (before_data.mean_worth * before_data.log_mean + 5 * mean) / worth,
                 1e-9));
    REQUIRE(near(after.shape, before_data.shape + 2.5, 1e-12));
    REQUIRE(near(
        after.scale,
        before_data.scale + square / 2 +
            before_data.mean_worth * 5 * std::pow(mean - before_data.log_mean, 2) / (2 * worth),
        1e-9));
    REQUIRE(learn(phases, past)[2] == learn(phases)[2]);
}

TEST_CASE("past projects and phases that cannot be are refused") {
    auto phases = default_phases();
    phases[0].fall_through = 1;
    REQUIRE_THROWS_AS(learn(phases), std::invalid_argument);
    phases = default_phases();
    phases.pop_back();
    REQUIRE_THROWS_WITH(check(phases), "the phases must have one row for \"soft\", got 0");
    PastProjects past{{"permit"}, {day("2024-01-01")}, {day("2024-05-01")}, {1}};
    REQUIRE_THROWS_AS(learn(default_phases(), past), std::invalid_argument);
    past.cancelled = {0};
    past.phase = {"roof"};
    REQUIRE_THROWS_AS(learn(default_phases(), past), std::invalid_argument);
}

TEST_CASE("every problem is found at once") {
    auto bad = rows();
    bad.name[1] = "A";
    bad.units_added[0] = -3;
    bad.units_demolished[1] = unknown;
    bad.phase[2] = "roof";
    bad.start = {unknown_day, unknown_day, day("2028-07-01"), unknown_day};
    auto const codes = codes_of(bad);
    for (char const* code : {"duplicate_name", "negative_units", "gross_without_demolition",
                             "unknown_phase", "completion_before_start"}) {
        REQUIRE(has(codes, code));
    }
    REQUIRE(codes_of({}) == std::vector<std::string>{"no_projects"});
    auto unclear = rows();
    unclear.gross_or_net[1] = "";
    REQUIRE(has(codes_of(unclear), "gross_or_net"));
    auto half = rows();
    half.units_added[0] = 2.5;
    REQUIRE(has(codes_of(half), "units_out_of_range"));
    REQUIRE_THROWS_AS(Pipeline({.name = {"A"}, .area = {"x", "y"}}), std::invalid_argument);
}

TEST_CASE("unknown is not zero: such projects are left out, and a guess is refused") {
    auto partly = rows();
    partly.units_added[0] = unknown;
    Pipeline const pipeline(partly);
    REQUIRE(left_reason(pipeline, 0, "2026-12-31") == "unknown_units");
    REQUIRE(probability(pipeline, 100, question()).ceiling == 150);
    partly.planned_completion[1] = unknown_day;
    partly.phase[2] = "";
    REQUIRE_THROWS_AS(probability(Pipeline(partly), 100, question()), NotEnoughData);
    partly.units_added[3] = unknown;
    REQUIRE_THROWS_AS(distribution(Pipeline(partly), question()), NotEnoughData);
}

TEST_CASE("a home is counted once: in the stock, or in one of two programmes") {
    auto twice = rows();
    twice.project_id = {"p1", "p2", "", ""};
    for (auto* column : {&twice.name, &twice.gross_or_net, &twice.phase, &twice.hardness}) {
        column->push_back(column->front());
    }
    twice.project_id.emplace_back("p1");
    twice.units_added.push_back(100);
    twice.units_demolished.push_back(0);
    twice.demolition.push_back(unknown_day);
    twice.planned_completion.push_back(twice.planned_completion.front());
    Pipeline const pipeline(twice, certain());
    REQUIRE(left_reason(pipeline, 4, "2026-12-31") == "listed_twice");
    REQUIRE(near(mean(distribution(pipeline, question())),
                 mean(distribution(Pipeline(rows(), certain()), question())), 1e-9));
    twice.units_added[4] = 101;
    REQUIRE(has(codes_of(twice), "listings_differ"));

    auto done = rows();
    done.completed = {day("2026-12-31"), unknown_day, unknown_day, day("2027-02-01")};
    done.demolition[1] = day("2026-11-01");
    Pipeline const later(done, certain());
    REQUIRE(left_reason(later, 0, "2026-12-31") == "completed");
    REQUIRE(left_reason(later, 0, "2026-12-30").empty());
    REQUIRE(left_reason(later, 1, "2026-12-31") == "demolished");
    REQUIRE(left_reason(later, 3, "2026-12-31").empty());
    REQUIRE(probability(later, 1, question()).ceiling == 80 + 60 + 40);
}

TEST_CASE("a question without time or a sensible goal is refused") {
    Pipeline const pipeline(rows());
    REQUIRE_THROWS_AS(probability(pipeline, 1, question("2026-12-31")), NotEnoughData);
    REQUIRE_THROWS_AS(probability(pipeline, 0, question()), std::invalid_argument);
    REQUIRE_THROWS_AS(Pipeline(rows(), {.draws = 1}), std::invalid_argument);
}
