#include "pipeline_items.hpp"
#include "text.hpp"

#include <opgave/hazard.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace opgave {

namespace {

using detail::Component;
using detail::Item;
using detail::OpenProject;

// A probability below this is lost where distributions are trimmed.
constexpr double least_probability = 1e-9;

void check(NetQuestion const& question) {
    if (question.as_of == unknown_day || question.deadline.last_day == unknown_day) {
        throw std::invalid_argument("net additions need an as-of day and a deadline");
    }
    if (question.deadline.last_day <= question.as_of) {
        throw NotEnoughData("the deadline " + to_iso(question.deadline.last_day) +
                            " is not after the as-of day " + to_iso(question.as_of) +
                            ": count the observed stock instead");
    }
}

void check_goal(std::int64_t goal) {
    if (goal < 1) {
        throw std::invalid_argument("the goal must be >= 1, got " + std::to_string(goal));
    }
}

std::vector<Item> items_on(std::vector<OpenProject> const& projects, Day as_of, Day last_day) {
    std::vector<Item> items;
    for (auto const& project : projects) {
        auto item = detail::item_of(project, as_of, last_day);
        if (!item.is_idle()) {
            items.push_back(std::move(item));
        }
    }
    return items;
}

struct Range {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

Range range_of(std::vector<Item> const& items) {
    Range range;
    for (auto const& item : items) {
        range.least += item.least();
        range.most += item.most();
    }
    return range;
}

// One draw per stratum: neighbours stand in for two draws of one stratum.
double std_error_of(std::vector<double> const& draws) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < draws.size(); i += 2) {
        double const difference = draws[i] - draws[i + 1];
        sum += difference * difference;
    }
    return std::sqrt(sum) / static_cast<double>(draws.size());
}

double mean_of(std::vector<double> const& draws) {
    double const sum = std::accumulate(draws.begin(), draws.end(), 0.0);
    return sum / static_cast<double>(draws.size());
}

std::vector<Component> thinned(std::vector<Component> all, int most) {
    auto const stride = std::max<std::size_t>(1, all.size() / static_cast<std::size_t>(most));
    std::vector<Component> kept;
    for (std::size_t i = stride / 2; i < all.size(); i += stride) {
        kept.push_back(std::move(all[i]));
    }
    for (auto& component : kept) {
        component.weight = 1.0 / static_cast<double>(kept.size());
    }
    return kept;
}

std::int64_t step_of(std::vector<OpenProject> const& projects, NetQuestion const& question) {
    auto const items = items_on(projects, question.as_of, question.deadline.last_day);
    auto const range = range_of(items);
    return 1 + (range.most - range.least) * static_cast<std::int64_t>(items.size()) / path_work;
}

// What one project does to P(sum >= goal), given all others.
class Levers {
public:
    Levers(std::vector<OpenProject> const& projects, CommonFactor const& factor, std::int64_t goal,
           NetQuestion const& question)
        : law_(factor), goal_(goal) {
        Day const last = question.deadline.last_day;
        for (auto const& project : projects) {
            auto const earlier = detail::a_year_earlier(project, question.as_of);
            now_.push_back(detail::item_of(project, question.as_of, last));
            earlier_.push_back(detail::item_of(earlier, question.as_of, last));
            secured_.push_back(detail::as_planned(project, last));
            changes_.push_back({.name = project.name});
        }
    }

    void add(Component const& component) {
        law_.give(component);
        weight_ = component.weight;
        detail::SubsetSum others;
        others.start();
        leave_one_out(0, now_.size(), others);
    }

    [[nodiscard]] std::vector<Leverage> take() {
        auto const size = [](Leverage const& change) {
            return std::max(
                {std::fabs(change.secured), std::fabs(change.dropped), std::fabs(change.advanced)});
        };
        std::ranges::stable_sort(changes_, std::greater{}, size);
        return std::move(changes_);
    }

private:
    // `others` holds all projects outside [begin, end); halving adds each only log2(n) times.
    void leave_one_out(std::size_t begin, std::size_t end, detail::SubsetSum const& others) {
        if (end - begin == 1) {
            change(begin, others);
            return;
        }
        auto const middle = begin + (end - begin) / 2;
        leave_one_out(begin, middle, with(others, middle, end));
        leave_one_out(middle, end, with(others, begin, middle));
    }

    detail::SubsetSum with(detail::SubsetSum sum, std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            if (!now_[i].is_idle()) {
                sum.add(law_.outcomes(now_[i]));
            }
        }
        return sum;
    }

    void change(std::size_t i, detail::SubsetSum const& others) {
        auto const reached = [&](Item const& item) {
            double sum = 0;
            for (auto const& [value, probability] : law_.outcomes(item)) {
                sum += probability * others.at_least(goal_ - value);
            }
            return sum;
        };
        double const now = reached(now_[i]);
        changes_[i].secured += weight_ * (others.at_least(goal_ - secured_[i]) - now);
        changes_[i].dropped += weight_ * (others.at_least(goal_) - now);
        changes_[i].advanced += weight_ * (reached(earlier_[i]) - now);
    }

    detail::ItemLaw law_;
    std::int64_t goal_;
    double weight_ = 0;
    std::vector<Item> now_, earlier_;
    std::vector<std::int64_t> secured_;
    std::vector<Leverage> changes_;
};

}  // namespace

CountDistribution distribution(Pipeline const& pipeline, NetQuestion const& question) {
    check(question);
    auto const projects = detail::open_projects(pipeline, question.as_of);
    auto const items = items_on(projects, question.as_of, question.deadline.last_day);
    auto result =
        detail::mix(items, detail::components(pipeline), pipeline.model().factor, 0).distribution;
    result.first += question.observed;
    return result;
}

Probability probability(Pipeline const& pipeline, std::int64_t goal, NetQuestion const& question) {
    check_goal(goal);
    check(question);
    auto const projects = detail::open_projects(pipeline, question.as_of);
    auto const items = items_on(projects, question.as_of, question.deadline.last_day);
    auto const range = range_of(items);
    auto const ceiling = range.most + question.observed;
    if (ceiling < goal) {
        return {0, 0, "unreachable", ceiling, goal};
    }
    if (range.least + question.observed >= goal) {
        return {1, 0, "reached", ceiling, goal};
    }
    auto const all = detail::components(pipeline);
    auto const mixed = detail::mix(items, all, pipeline.model().factor, goal - question.observed);
    return {std::clamp(mean_of(mixed.at_least), least_probability, 1 - least_probability),
            std_error_of(mixed.at_least), "exact given " + std::to_string(all.size()) + " draws",
            ceiling, goal};
}

std::int64_t path_step(Pipeline const& pipeline, NetQuestion const& question) {
    check(question);
    return step_of(detail::open_projects(pipeline, question.as_of), question);
}

std::vector<PathPoint> path(Pipeline const& pipeline, std::int64_t goal,
                            NetQuestion const& question) {
    check_goal(goal);
    check(question);
    auto const projects = detail::open_projects(pipeline, question.as_of);
    auto const all = detail::components(pipeline);
    auto const step = step_of(projects, question);
    std::vector<PathPoint> points;
    for (Day const day : month_ends(question.as_of, question.deadline.last_day)) {
        auto const items = items_on(projects, question.as_of, day);
        auto const& factor = pipeline.model().factor;
        auto [law, at_least] = detail::mix(items, all, factor, goal - question.observed, step);
        law.first += question.observed;
        PathPoint point{.day = day, .mean = mean(law), .sd = standard_deviation(law)};
        for (double const level : path_levels) {
            point.quantiles.push_back(quantile(law, level));
        }
        point.at_least = mean_of(at_least);
        points.push_back(std::move(point));
    }
    return points;
}

std::vector<Leverage> leverage(Pipeline const& pipeline, std::int64_t goal,
                               NetQuestion const& question) {
    check_goal(goal);
    check(question);
    auto const projects = detail::open_projects(pipeline, question.as_of);
    Levers levers(projects, pipeline.model().factor, goal - question.observed, question);
    for (auto const& component : thinned(detail::components(pipeline), leverage_draws)) {
        levers.add(component);
    }
    return levers.take();
}

}  // namespace opgave
