#include "pipeline_items.hpp"

#include "elementary.hpp"

#include <opgave/hazard.hpp>
#include <opgave/random.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace opgave {

namespace {

bool is_known_balance(PipelineRows const& rows, std::size_t row) {
    return !rows.gross_or_net[row].empty() || !std::isnan(rows.units_demolished[row]);
}

// Why an open row cannot be counted; empty if it can.
std::string unknown_of(PipelineRows const& rows, std::size_t row) {
    if (std::isnan(rows.units_added[row])) return "unknown_units";
    if (!is_known_balance(rows, row)) return "unknown_demolition";
    if (rows.planned_completion[row] == unknown_day) return "unknown_completion";
    if (rows.phase[row].empty() && rows.hardness[row].empty()) return "unknown_phase";
    return "";
}

bool is_past(Day day, Day as_of) { return day != unknown_day && day <= as_of; }

}  // namespace

std::vector<LeftOut> left_out(Pipeline const& pipeline, Day as_of) {
    auto const& rows = pipeline.rows();
    std::vector<LeftOut> entries;
    std::set<std::string> seen;
    for (std::size_t row = 0; row < pipeline.size(); ++row) {
        auto const& id = rows.project_id[row];
        if (!id.empty() && !seen.insert(id).second) {
            entries.push_back({row, "listed_twice"});
        } else if (is_past(rows.completed[row], as_of)) {
            entries.push_back({row, "completed"});
        } else if (auto const reason = unknown_of(rows, row); !reason.empty()) {
            entries.push_back({row, reason});
        } else if (rows.units_demolished[row] > 0 && is_past(rows.demolition[row], as_of)) {
            entries.push_back({row, "demolished"});
        }
    }
    return entries;
}

namespace detail {

namespace {

std::size_t phase_of(Pipeline const& pipeline, std::size_t row) {
    auto const& rows = pipeline.rows();
    auto const& name = rows.phase[row].empty() ? rows.hardness[row] : rows.phase[row];
    auto const& phases = pipeline.model().phases;
    return static_cast<std::size_t>(std::ranges::find(phases, name, &PhasePrior::phase) -
                                    phases.begin());
}

// Net homes are gross ones less the demolition; without a known demolition they stay as they are.
OpenPart open_part(Pipeline const& pipeline, std::size_t row, Day as_of) {
    auto const& rows = pipeline.rows();
    auto const whole = [](double n) { return std::isnan(n) ? 0 : static_cast<std::int64_t>(n); };
    auto const demolished = whole(rows.units_demolished[row]);
    bool const is_net = rows.gross_or_net[row] == "net";
    return {.row = row,
            .added = whole(rows.units_added[row]) + (is_net ? demolished : 0),
            .demolished = is_past(rows.demolition[row], as_of) ? 0 : demolished,
            .demolition = rows.demolition[row],
            .planned = rows.planned_completion[row],
            .phase = phase_of(pipeline, row)};
}

double log_months(Day from, Day end) {
    return end > from ? elementary::log((end - from) / days_per_month) : no_time;
}

}  // namespace

std::vector<OpenProject> open_projects(Pipeline const& pipeline, Day as_of) {
    std::vector<bool> counts(pipeline.size(), true);
    std::size_t unknown = 0;
    for (auto const& [row, reason] : left_out(pipeline, as_of)) {
        counts[row] = reason == "demolished";
        unknown += reason.starts_with("unknown") ? 1 : 0;
    }
    std::vector<OpenProject> projects;
    std::size_t known = 0;
    for (std::size_t row = 0; row < pipeline.size(); ++row) {
        if (!counts[row]) continue;
        ++known;
        auto const& parent = pipeline.rows().parent[row];
        auto const& name = parent.empty() ? pipeline.rows().name[row] : parent;
        auto found = std::ranges::find(projects, name, &OpenProject::name);
        if (found == projects.end()) {
            found = projects.insert(found, OpenProject{name, {}});
        }
        found->parts.push_back(open_part(pipeline, row, as_of));
    }
    if (known == 0) {
        throw NotEnoughData(
            "no open project of the pipeline has known homes, completion and phase");
    }
    if (unknown > known) {
        throw NotEnoughData("of " + std::to_string(known + unknown) + " open projects only " +
                            std::to_string(known) +
                            " have known homes, completion and phase: a probability would be a "
                            "guess");
    }
    return projects;
}

Item item_of(OpenProject const& project, Day as_of, Day last_day) {
    Item item;
    for (auto const& part : project.parts) {
        bool const is_dated = part.demolition != unknown_day;
        bool const is_gone = is_dated && part.demolition <= last_day;
        item.parts.push_back({.sizes = sizes_of(part.added),
                              .lost_if_kept = is_gone ? part.demolished : 0,
                              .lost_if_completed = is_gone || !is_dated ? part.demolished : 0,
                              .phase = part.phase,
                              .log_limit = log_months(part.planned, last_day + 1),
                              .log_waited = log_months(part.planned, as_of + 1)});
    }
    return item;
}

OpenProject a_year_earlier(OpenProject project, Day as_of) {
    auto const earlier = [&](Day day) {
        return day == unknown_day || day <= as_of ? day : std::max(add_months(day, -12), as_of + 1);
    };
    for (auto& part : project.parts) {
        part.planned = earlier(part.planned);
        part.demolition = earlier(part.demolition);
    }
    return project;
}

std::int64_t as_planned(OpenProject const& project, Day last_day) {
    std::int64_t net = 0;
    for (auto const& part : project.parts) {
        bool const is_completed = part.planned <= last_day;
        bool const is_dated = part.demolition != unknown_day;
        bool const is_gone = is_dated ? part.demolition <= last_day : is_completed;
        net += (is_completed ? part.added : 0) - (is_gone ? part.demolished : 0);
    }
    return net;
}

std::vector<Component> components(Pipeline const& pipeline) {
    int const n = pipeline.model().draws;
    std::vector<Component> result;
    for (int draw = 0; draw < n; ++draw) {
        Stream const stream(pipeline.model().seed, Purpose::net_additions,
                            static_cast<std::uint64_t>(draw));
        Component component{.weight = 1.0 / n};
        std::uint32_t cell = 0;
        for (auto const& belief : pipeline.beliefs()) {
            double const fallen = gamma(stream, cell, 0, belief.fallen);
            double const kept = gamma(stream, cell, 1, belief.kept);
            double const variance = belief.scale / gamma(stream, cell, 2, belief.shape);
            double const mean =
                belief.log_mean + std::sqrt(variance / belief.mean_worth) * normal(stream, cell, 3);
            component.phases.push_back({.fall_score = normal_quantile(fallen / (fallen + kept)),
                                        .log_mean = mean,
                                        .log_sd = std::sqrt(variance),
                                        .tenth_smaller = belief.tenth_smaller,
                                        .quarter_smaller = belief.quarter_smaller});
            ++cell;
        }
        double const within = uniform(stream.bits(cell, 0)[0]);
        component.z = normal_quantile((draw + within) / n);
        result.push_back(std::move(component));
    }
    return result;
}

}  // namespace detail

}  // namespace opgave
