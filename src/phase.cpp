#include <opgave/phase.hpp>

#include "elementary.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace opgave {

namespace {

using Texts = std::vector<std::string>;

Texts needed_rows() {
    Texts names = project_phases();
    names.insert(names.end(), {"hard", "soft"});
    return names;
}

void require(bool holds, PhasePrior const& prior, char const* rule, double value) {
    if (!holds) {
        throw std::invalid_argument("phase " + quote(prior.phase) + ": " + rule + ", got " +
                                    write_number(value));
    }
}

void check_row(PhasePrior const& p) {
    require(p.fall_through > 0 && p.fall_through < 1, p, "fall_through must lie in (0, 1)",
            p.fall_through);
    require(p.delay_median_months > 0 && std::isfinite(p.delay_median_months), p,
            "delay_median_months must be finite and > 0", p.delay_median_months);
    require(p.delay_log_sd > 0 && std::isfinite(p.delay_log_sd), p,
            "delay_log_sd must be finite and > 0", p.delay_log_sd);
    require(p.tenth_smaller >= 0, p, "tenth_smaller must be >= 0", p.tenth_smaller);
    require(p.quarter_smaller >= 0, p, "quarter_smaller must be >= 0", p.quarter_smaller);
    double const smaller = p.tenth_smaller + p.quarter_smaller;
    require(smaller <= 1, p, "tenth_smaller and quarter_smaller must sum to at most 1", smaller);
    require(p.worth_projects > 0 && std::isfinite(p.worth_projects), p,
            "worth_projects must be finite and > 0", p.worth_projects);
}

// The prior's mean of sigma² is delay_log_sd², as the mean of an inverse gamma is
// scale / (shape - 1).
PhaseBelief believe(PhasePrior const& p) {
    return {.fallen = p.fall_through * p.worth_projects,
            .kept = (1 - p.fall_through) * p.worth_projects,
            .log_mean = elementary::log(p.delay_median_months),
            .mean_worth = p.worth_projects,
            .shape = 1 + p.worth_projects / 2,
            .scale = p.delay_log_sd * p.delay_log_sd * p.worth_projects / 2,
            .tenth_smaller = p.tenth_smaller,
            .quarter_smaller = p.quarter_smaller};
}

void add_delay(PhaseBelief& belief, double log_delay) {
    double const worth = belief.mean_worth + 1;
    double const distance = log_delay - belief.log_mean;
    belief.scale += belief.mean_worth * distance * distance / (2 * worth);
    belief.log_mean += distance / worth;
    belief.mean_worth = worth;
    belief.shape += 0.5;
    belief.kept += 1;
    belief.past_completed += 1;
}

void check_columns(PastProjects const& past) {
    auto const n = past.size();
    if (past.planned.size() != n || past.completed.size() != n || past.cancelled.size() != n) {
        throw std::invalid_argument("the columns of past projects must have equal lengths");
    }
}

std::string at_row(std::size_t row) { return " at row " + std::to_string(row); }

void learn_from(PhaseBelief& belief, PastProjects const& past, std::size_t row) {
    bool const is_completed = past.completed[row] != unknown_day;
    if (is_completed && past.cancelled[row] != 0) {
        throw std::invalid_argument("a past project is completed or cancelled, got both" +
                                    at_row(row));
    }
    if (past.cancelled[row] != 0) {
        belief.fallen += 1;
        belief.past_fallen += 1;
    } else if (is_completed) {
        if (past.planned[row] == unknown_day) {
            throw std::invalid_argument("a completed past project needs its planned day" +
                                        at_row(row));
        }
        double const months = (past.completed[row] - past.planned[row]) / days_per_month;
        add_delay(belief, elementary::log(std::max(months, least_delay_months)));
    }
}

}  // namespace

Texts const& project_phases() {
    static Texts const phases{"initiative", "feasibility",  "design",
                              "permit",     "construction", "delivery"};
    return phases;
}

std::vector<PhasePrior> const& default_phases() {
    constexpr char const* soft = "assumption: 35 % of soft plans fall through";
    constexpr char const* between = "assumption: between soft plans and construction";
    static std::vector<PhasePrior> const phases{
        {"initiative", 0.35, 9, 0.9, 0.20, 0.15, 20, soft},
        {"feasibility", 0.28, 9, 0.9, 0.20, 0.10, 20, between},
        {"design", 0.20, 8, 0.9, 0.15, 0.08, 20, between},
        {"permit", 0.10, 6, 0.8, 0.08, 0.04, 20, between},
        {"construction", 0.02, 2, 0.6, 0, 0, 20, "assumption: 2 % fall through under construction"},
        {"delivery", 0.005, 1, 0.5, 0, 0, 20, "assumption: homes that are being handed over"},
        {"hard", 0.10, 6, 0.8, 0.08, 0.04, 20, "assumption: a hard plan is as far as its permit"},
        {"soft", 0.35, 9, 0.9, 0.20, 0.15, 20, soft}};
    return phases;
}

void check(std::vector<PhasePrior> const& phases) {
    auto const names = needed_rows();
    for (auto const& row : phases) {
        check_row(row);
        if (std::ranges::find(names, row.phase) == names.end()) {
            throw std::invalid_argument("a phase must be one of " + join(names) + ", got " +
                                        quote(row.phase));
        }
    }
    for (auto const& name : names) {
        auto const times = std::ranges::count(phases, name, &PhasePrior::phase);
        if (times != 1) {
            throw std::invalid_argument("the phases must have one row for " + quote(name) +
                                        ", got " + std::to_string(times));
        }
    }
}

std::vector<PhaseBelief> learn(std::vector<PhasePrior> const& phases, PastProjects const& past) {
    check(phases);
    check_columns(past);
    std::vector<PhaseBelief> beliefs;
    std::ranges::transform(phases, std::back_inserter(beliefs), believe);
    for (std::size_t row = 0; row < past.size(); ++row) {
        auto const found = std::ranges::find(phases, past.phase[row], &PhasePrior::phase);
        if (found == phases.end()) {
            throw std::invalid_argument("the phase of a past project must be one of " +
                                        join(needed_rows()) + ", got " + quote(past.phase[row]) +
                                        at_row(row));
        }
        learn_from(beliefs[static_cast<std::size_t>(found - phases.begin())], past, row);
    }
    return beliefs;
}

}  // namespace opgave
