#include <opgave/what_if.hpp>

#include "path_mean.hpp"
#include "target_count.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace opgave {

namespace {

struct MeanDifference {
    double mean = 0;
    double std_error = 0;
};

MeanDifference mean_of(Projection const& projection, Eigen::ArrayXd const& difference) {
    auto const n = static_cast<double>(difference.size());
    double const mean = difference.mean();
    double const square = (difference - mean).square().sum();
    double const apart = std::sqrt(square / std::max(1.0, n - 1) / n);
    return {mean, std::max(apart, detail::batch_error(projection, difference))};
}

Eigen::ArrayXd dwellings_on_deadline(Projection const& projection, detail::Counted const& paths) {
    return projection.series(paths.state, paths.strata).col(paths.month).cast<double>();
}

Eigen::ArrayXd cents_by_deadline(Projection const& projection, int month) {
    Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(projection.paths());
    for (auto const& spent : projection.spent) {
        sum += spent.col(month).cast<double>();
    }
    return sum;
}

void check_pairs(Projection const& a, Projection const& b) {
    if (a.trajectory() != b.trajectory() || a.paths() != b.paths() || a.months() != b.months() ||
        a.seed() != b.seed()) {
        throw std::invalid_argument(
            "a gain needs the same trajectory, paths, months and seed in both projections");
    }
}

void check_probability(double probability) {
    if (!(probability > 0 && probability < 1)) {
        throw std::invalid_argument("the probability to reach must lie between 0 and 1, got " +
                                    std::to_string(probability));
    }
}

void check_dial(Dial const& dial) {
    if (!(dial.low <= dial.high) || !std::isfinite(dial.low) || !std::isfinite(dial.high)) {
        throw std::invalid_argument("a dial must go from low to high, got " +
                                    std::to_string(dial.low) + " to " + std::to_string(dial.high));
    }
    if (!(dial.tolerance > 0)) {
        throw std::invalid_argument("the tolerance of a dial must be > 0, got " +
                                    std::to_string(dial.tolerance));
    }
}

std::string why_not(Probability const& best, double wanted) {
    if (best.method == "unreachable") {
        return "at most " + std::to_string(best.ceiling) + " of " + std::to_string(best.goal) +
               " dwellings can get there, whatever the plan";
    }
    return "the highest setting reaches it with probability " + std::to_string(best.value) +
           ", not " + std::to_string(wanted);
}

template <class T>
bool contains(std::vector<T> const& parts, T const& part) {
    return std::ranges::find(parts, part) != parts.end();
}

// The parts of `before` until `day` and those of `after` from then on.
template <class T>
std::vector<T> join_in_time(std::vector<T> const& before, std::vector<T> const& after, Day day) {
    std::vector<T> joined;
    for (T part : before) {
        if (!contains(after, part)) {
            part.when.end = part.when.end == unknown_day ? day : std::min(part.when.end, day);
        }
        if (part.when.start == unknown_day || part.when.end == unknown_day ||
            part.when.start <= part.when.end) {
            joined.push_back(std::move(part));
        }
    }
    for (T part : after) {
        if (contains(before, part)) {
            continue;
        }
        part.when.start =
            part.when.start == unknown_day ? day + 1 : std::max<Day>(part.when.start, day + 1);
        if (part.when.end == unknown_day || part.when.start <= part.when.end) {
            joined.push_back(std::move(part));
        }
    }
    return joined;
}

void require_same(bool same, char const* what) {
    if (!same) {
        throw std::invalid_argument(std::string("plans that hand over need the same ") + what);
    }
}

}  // namespace

Gain gain(Projection const& with, Projection const& without, Target const& target) {
    check_pairs(with, without);
    auto const paths = detail::counted_by(with, target);
    auto const there = detail::counted_by(without, target);
    Eigen::ArrayXd const a = dwellings_on_deadline(with, paths);
    Eigen::ArrayXd const b = dwellings_on_deadline(without, there);
    auto const goal = static_cast<double>(target.goal);
    auto const n = static_cast<double>(a.size());
    auto const share = [&](auto const& hits) { return static_cast<double>(hits.count()) / n; };
    double const p = share(a >= goal);
    double const q = share(b >= goal);
    double const won = n * share(a >= goal && b < goal);
    double const lost = n * share(a < goal && b >= goal);
    double const apart = std::sqrt(won + lost + 1 - (won - lost) * (won - lost) / n) / n;
    auto const chances = mean_of(with, (a >= goal).cast<double>() - (b >= goal).cast<double>());
    auto const dwellings = mean_of(with, a - b);
    Gain result{.probability = p - q,
                .probability_std_error = std::max(apart, chances.std_error),
                .separate_std_error = std::sqrt((p * (1 - p) + q * (1 - q)) / n),
                .dwellings = dwellings.mean,
                .dwellings_std_error = dwellings.std_error};
    if (!with.budgets.empty() && !without.budgets.empty()) {
        auto const cents = mean_of(
            with, cents_by_deadline(with, paths.month) - cents_by_deadline(without, there.month));
        result.cents = cents.mean;
        result.cents_std_error = cents.std_error;
    }
    return result;
}

std::vector<RankedStep> bottlenecks(Forecast const& forecast, Scenario const& now,
                                    std::vector<Step> const& steps, Target const& target) {
    Projection const base = forecast(now);
    std::vector<RankedStep> ranked;
    for (auto const& [name, scenario] : steps) {
        ranked.push_back({name, gain(forecast(scenario), base, target)});
    }
    std::ranges::stable_sort(ranked, [](RankedStep const& a, RankedStep const& b) {
        return a.gain.probability != b.gain.probability ? a.gain.probability > b.gain.probability
                                                        : a.gain.dwellings > b.gain.dwellings;
    });
    return ranked;
}

Required required(Forecast const& forecast, Dial const& dial, Target const& target,
                  double probability) {
    check_dial(dial);
    check_probability(probability);
    auto const at = [&](double setting) {
        return opgave::probability(forecast(dial.at(setting)), target);
    };
    Probability found = at(dial.low);
    if (found.value >= probability) {
        return {.setting = dial.low, .probability = found};
    }
    found = at(dial.high);
    if (found.value < probability) {
        return {.probability = found, .reason = why_not(found, probability)};
    }
    double low = dial.low;
    double high = dial.high;
    while (high - low > dial.tolerance) {
        double const middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        Probability const there = at(middle);
        if (there.value >= probability) {
            high = middle;
            found = there;
        } else {
            low = middle;
        }
    }
    return {.setting = high, .probability = found};
}

Scenario hand_over(Scenario const& before, Scenario const& after, Day as_of, Day day) {
    require_same(before.budgets == after.budgets, "budgets");
    require_same(before.priority == after.priority, "priority");
    require_same(before.adherence_sd == after.adherence_sd, "adherence_sd");
    require_same(before.exits_while_waiting == after.exits_while_waiting, "exits_while_waiting");
    if (day <= as_of) {
        return after;
    }
    Scenario joined = before;
    joined.gates = join_in_time(before.gates, after.gates, day);
    joined.levers = join_in_time(before.levers, after.levers, day);
    std::size_t const kept = month_ends(as_of, day).size();
    joined.inflow.resize(std::max(kept, after.inflow.size()), 0);
    for (std::size_t month = kept; month < joined.inflow.size(); ++month) {
        joined.inflow[month] = after.inflow[month];
    }
    return joined;
}

PointOfNoReturn point_of_no_return(Forecast const& forecast, Scenario const& now,
                                   Scenario const& best, Target const& target, double probability) {
    check_probability(probability);
    Projection const base = forecast(now);
    int const deadline = detail::counted_by(base, target).month;
    PointOfNoReturn result{.never = opgave::probability(base, target)};
    auto const from = [&](int month) {
        Day const day = month < 0 ? base.as_of : base.month_end[static_cast<std::size_t>(month)];
        return opgave::probability(forecast(hand_over(now, best, base.as_of, day)), target);
    };
    result.is_needed = result.never.value < probability;
    result.at_once = from(-1);
    if (!result.is_needed || result.at_once.value < probability) {
        return result;
    }
    int early = -1;
    int late = deadline;
    result.on_day = result.at_once;
    while (late - early > 1) {
        int const middle = early + (late - early) / 2;
        Probability const there = from(middle);
        if (there.value >= probability) {
            early = middle;
            result.on_day = there;
        } else {
            late = middle;
        }
    }
    result.day = early < 0 ? base.as_of : base.month_end[static_cast<std::size_t>(early)];
    return result;
}

}  // namespace opgave
