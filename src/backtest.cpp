#include <opgave/backtest.hpp>
#include <opgave/snapshot.hpp>
#include <opgave/spell.hpp>

#include "baselines.hpp"
#include "reaching.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>

namespace opgave {

namespace {

constexpr std::array<Method, 6> methods = {Method::model,       Method::throughput, Method::linear,
                                           Method::no_duration, Method::plug_in,    Method::plan};

// Months of history that the baselines and the open plan look back on.
constexpr int look_back = 12;

void check_origins(std::vector<Day> const& origins) {
    for (Day const origin : origins) {
        if (origin != month_end(origin)) {
            throw std::invalid_argument("an origin must be the last day of a month, got " +
                                        to_iso(origin));
        }
    }
    auto const falls = std::ranges::adjacent_find(origins, std::greater_equal<>{});
    if (falls != origins.end()) {
        throw std::invalid_argument("origins must rise, got " + to_iso(falls[1]) + " after " +
                                    to_iso(falls[0]));
    }
}

void check(BacktestOptions const& options) {
    auto const& horizons = options.horizons_months;
    if (options.origins.empty() || horizons.empty()) {
        throw std::invalid_argument("a backtest needs at least one origin and one horizon");
    }
    check_origins(options.origins);
    if (horizons.front() < 1 ||
        std::ranges::adjacent_find(horizons, std::greater_equal<>{}) != horizons.end()) {
        throw std::invalid_argument("horizons must be months >= 1 that rise");
    }
    if (options.paths < 2) {
        throw std::invalid_argument("paths must be >= 2, got " + std::to_string(options.paths));
    }
    for (auto const& [day, count] : options.plan) {
        if (day != month_end(day) || count < 0) {
            throw std::invalid_argument(
                "a plan needs counts >= 0 by the last day of a month, got " +
                std::to_string(count) + " on " + to_iso(day));
        }
    }
}

// The day on which each dwelling last entered a state; unknown_day if it did not.
std::vector<Day> entry_days(Register const& reg, State state, Day known_on) {
    Visits const stays = visits(reg, known_on, known_on);
    std::vector<Day> days(reg.dwellings().size(), unknown_day);
    for (std::size_t i = 0; i < days.size(); ++i) {
        for (std::size_t row = stays.begin[i]; row < stays.begin[i + 1]; ++row) {
            if (stays.state[row] == state) {
                days[i] = stays.day[row];
            }
        }
    }
    return days;
}

bool is_under_way(State state) { return state != not_started && state != not_known; }

// Per dwelling the first day on which anything is known of it; unknown_day if nothing is.
std::vector<Day> arrival_days(Visits const& stays) {
    std::vector<Day> days;
    for (std::size_t i = 0; i + 1 < stays.begin.size(); ++i) {
        bool const is_known = stays.begin[i] < stays.begin[i + 1];
        days.push_back(is_known ? stays.day[stays.begin[i]] : unknown_day);
    }
    return days;
}

// The month that ends `back` months before the one that `end` closes.
Period month_before(Day end, int back) {
    return {month_end(add_months(end, -back - 1)) + 1, month_end(add_months(end, -back)) + 1};
}

bool holds(Period const& month, Day day) { return day >= month.begin && day < month.end; }

// The months up to `end` of which something is known, at most twelve.
int months_known(Day first, Day end) {
    int months = 1;
    while (months < look_back && month_end(add_months(end, -months)) >= first) {
        ++months;
    }
    return months;
}

// What was known on an origin.
struct Origin {
    Day day = unknown_day;
    std::vector<bool> counted = {};  // per dwelling: whether it is counted
    std::int64_t there = 0;          // of those, in the state on the day
    std::int64_t most = 0;           // of those, that can still get there
    detail::Past past = {};          // over the last twelve months or fewer
    double arrivals_per_month = 0;   // in those months
};

// What the last months say of the months ahead. In a closed cohort the month that lies k ahead is
// compared with what dwellings did that had been under way for k months.
detail::Past past_months(std::vector<Day> const& arrived, std::vector<Day> const& completed,
                         Day end, int months, int ahead, Arrivals arrivals) {
    detail::Past past;
    for (int lead = 1; lead <= ahead; ++lead) {
        std::vector<std::int64_t> counts;
        for (int back = 0; back < months; ++back) {
            Period const month = month_before(end, back);
            Day const known =
                arrivals == Arrivals::open ? month.end : month_before(end, back + lead).end;
            std::int64_t count = 0;
            for (std::size_t i = 0; i < completed.size(); ++i) {
                count += holds(month, completed[i]) && arrived[i] < known ? 1 : 0;
            }
            counts.push_back(count);
        }
        past.push_back(std::move(counts));
    }
    return past;
}

Day first_of(std::vector<Day> const& arrived, Day origin) {
    Day first = std::numeric_limits<Day>::max();
    for (Day const day : arrived) {
        first = day == unknown_day ? first : std::min(first, day);
    }
    if (first > origin) {
        throw NotEnoughData("nothing was known; begin with a later one");
    }
    return first;
}

Origin look_from(Register const& reg, State target, Day day, BacktestOptions const& options) {
    Origin origin{.day = day};
    Snapshot const snapshot = as_of(reg, day, day);
    for (State const state : snapshot.state) {
        bool const counts = options.arrivals == Arrivals::open || is_under_way(state);
        bool const is_there = state == target;
        origin.counted.push_back(counts);
        origin.there += is_there ? 1 : 0;
        origin.most += counts && !is_there ? 1 : 0;
    }
    auto const arrived = arrival_days(visits(reg, day, day));
    int const months = months_known(first_of(arrived, day), day);
    origin.past = past_months(arrived, entry_days(reg, target, day), day, months,
                              options.horizons_months.back(), options.arrivals);
    Day const since = month_before(day, months - 1).begin;
    auto const entries = std::ranges::count_if(arrived, [&](Day one) { return one >= since; });
    origin.arrivals_per_month = static_cast<double>(entries) / months;
    return origin;
}

// Makes every forecast of one origin, and judges it.
class Trial {
public:
    Trial(Register const& reg, State target, BacktestOptions const& options, Origin origin)
        : reg_(reg), target_(target), options_(options), origin_(std::move(origin)) {
        for (int const months : options.horizons_months) {
            if (end(months) <= reg.last_day()) {
                horizons_.push_back(months);
            }
        }
    }

    void run(std::vector<ForecastRow>& rows) {
        if (horizons_.empty()) {
            return;
        }
        add_models();
        for (int const months : horizons_) {
            forecasts_[{months, Method::throughput}] = bounded(detail::resampled_months(
                origin_.past, months, options_.paths,
                Stream(options_.seed, Purpose::backtest, static_cast<std::uint32_t>(origin_.day))));
            forecasts_[{months, Method::linear}] =
                bounded(detail::carried_on(origin_.past, months));
            if (auto const planned = plan(months)) {
                forecasts_[{months, Method::plan}] = certain_count(*planned);
            }
        }
        double const floor = 1 / (2.0 * options_.paths);
        for (auto const& [key, forecast] : forecasts_) {
            auto const& [months, method] = key;
            auto const happened = outcome(months);
            rows.push_back(
                {origin_.day, months, method, happened, judge(forecast, happened, floor)});
        }
    }

private:
    [[nodiscard]] Day end(int months) const { return month_end(add_months(origin_.day, months)); }

    [[nodiscard]] std::int64_t outcome(int months) const {
        Snapshot const snapshot = as_of(reg_, end(months), reg_.last_day());
        std::int64_t count = -origin_.there;
        for (std::size_t i = 0; i < snapshot.state.size(); ++i) {
            count += origin_.counted[i] && snapshot.state[i] == target_ ? 1 : 0;
        }
        return count;
    }

    void add_models() {
        Spells const known = spells(reg_, origin_.day, origin_.day);
        Hazards const fitted = fit_hazards(known, reg_.trajectory(), options_.prior);
        add(Method::model, fitted);
        add(Method::plug_in, detail::certain_mean(fitted));
        add(Method::no_duration,
            fit_hazards(known, reg_.trajectory(), detail::without_duration(options_.prior)));
    }

    void add(Method method, Hazards const& hazards) {
        Projection const made = project(reg_, hazards,
                                        {.as_of = origin_.day,
                                         .known_on = origin_.day,
                                         .until = end(horizons_.back()),
                                         .by = {},
                                         .scenario = scenario(),
                                         .paths = options_.paths,
                                         .seed = options_.seed,
                                         .threads = options_.threads,
                                         .progress = options_.progress});
        auto const series = made.series(target_);
        std::vector<std::int32_t> added(static_cast<std::size_t>(options_.paths));
        for (int const months : horizons_) {
            for (std::size_t path = 0; path < added.size(); ++path) {
                added[path] = series(static_cast<Eigen::Index>(path), months - 1) -
                              static_cast<std::int32_t>(origin_.there);
            }
            forecasts_[{months, method}] = distribution_of(added);
        }
    }

    // The spread of how plans are carried out is that of the design: a quarter, per year.
    [[nodiscard]] Scenario scenario() const {
        if (options_.arrivals == Arrivals::closed) {
            return {};
        }
        auto const months = static_cast<std::size_t>(horizons_.back());
        return {.inflow = std::vector<double>(months, origin_.arrivals_per_month),
                .adherence_sd = 0.25};
    }

    // More than the dwellings of a closed cohort cannot complete, whatever the past pace.
    [[nodiscard]] CountDistribution bounded(CountDistribution forecast) const {
        bool const is_closed = options_.arrivals == Arrivals::closed;
        return is_closed ? at_most(std::move(forecast), origin_.most) : forecast;
    }

    [[nodiscard]] std::optional<std::int64_t> plan(int months) const {
        std::int64_t sum = 0;
        for (int month = 1; month <= months; ++month) {
            auto const found = options_.plan.find(end(month));
            if (found == options_.plan.end()) {
                return std::nullopt;
            }
            sum += found->second;
        }
        return sum;
    }

    Register const& reg_;
    State target_;
    BacktestOptions const& options_;
    Origin origin_;
    std::vector<int> horizons_;
    std::map<std::pair<int, Method>, CountDistribution> forecasts_;
};

}  // namespace

std::string const& name_of(Method method) {
    static std::array<std::string, methods.size()> const names = {
        "model", "throughput", "linear", "no_duration", "plug_in", "plan"};
    return names.at(static_cast<std::size_t>(method));
}

Method parse_method(std::string_view name) {
    std::string known;
    for (Method const method : methods) {
        if (name_of(method) == name) {
            return method;
        }
        known += (known.empty() ? "" : ", ") + name_of(method);
    }
    throw std::invalid_argument("a method must be one of " + known + ", got '" + std::string(name) +
                                "'");
}

Arrivals parse_arrivals(std::string_view text) {
    if (text == "closed") {
        return Arrivals::closed;
    }
    if (text == "open") {
        return Arrivals::open;
    }
    throw std::invalid_argument("arrivals must be closed or open, got '" + std::string(text) + "'");
}

Verdict judge(CountDistribution const& forecast, std::int64_t outcome, double floor) {
    auto const happened = static_cast<double>(outcome);
    Verdict verdict{.mean = mean(forecast),
                    .sd = standard_deviation(forecast),
                    .pit = pit(forecast, outcome),
                    .crps = crps(forecast, happened),
                    .log_score = log_score(forecast, happened, floor)};
    for (std::size_t i = 0; i < forecast_levels.size(); ++i) {
        verdict.quantiles[i] = quantile(forecast, forecast_levels[i]);
    }
    constexpr double level = 0.8;
    verdict.interval_score =
        interval_score(static_cast<double>(quantile(forecast, (1 - level) / 2)),
                       static_cast<double>(quantile(forecast, (1 + level) / 2)), level, happened);
    return verdict;
}

namespace {

std::vector<ForecastRow> run_trials(Register const& reg, State target,
                                    BacktestOptions const& options) {
    std::vector<ForecastRow> rows;
    double done = 0;
    auto const origins = static_cast<double>(options.origins.size());
    BacktestOptions within = options;
    within.progress = [&](double) { return !options.progress || options.progress(done / origins); };
    for (Day const day : options.origins) {
        try {
            Trial(reg, target, within, look_from(reg, target, day, options)).run(rows);
        } catch (NotEnoughData const& error) {
            throw NotEnoughData("on the origin " + to_iso(day) + ": " + error.what());
        }
        done += 1;
        if (!within.progress(1)) {
            throw std::runtime_error("the backtest was stopped before its end");
        }
    }
    return rows;
}

}  // namespace

std::vector<ForecastRow> backtest(Register const& reg, BacktestOptions const& options) {
    check(options);
    State const target = options.state.value_or(reg.trajectory().complete());
    if (target < 0 || target >= reg.trajectory().state_count() ||
        reg.trajectory().is_pause(target)) {
        throw std::invalid_argument("a backtest counts a stage, the completion or an exit");
    }
    if (!reg.trajectory().is_stage(target)) {
        return run_trials(reg, target, options);
    }
    auto [shortened, prior] = detail::reaching(reg, options.prior, target);
    BacktestOptions changed = options;
    changed.prior = std::move(prior);
    return run_trials(shortened, target, changed);
}

namespace {

// The forecasts of one method at one horizon, by origin.
using Group = std::vector<ForecastRow const*>;

// How many of the forecasts share no time, taken greedily from the first on.
int count_independent(Group const& group) {
    int count = 0;
    Day next = std::numeric_limits<Day>::min();
    for (ForecastRow const* row : group) {
        if (row->origin >= next) {
            ++count;
            next = month_end(add_months(row->origin, row->horizon_months));
        }
    }
    return count;
}

// The most forecasts that fall within one horizon: a block of so many holds all that share time.
int block_length(Group const& group) {
    std::size_t longest = 1;
    for (std::size_t first = 0; first < group.size(); ++first) {
        Day const end = month_end(add_months(group[first]->origin, group[first]->horizon_months));
        std::size_t next = first;
        while (next < group.size() && group[next]->origin < end) {
            ++next;
        }
        longest = std::max(longest, next - first);
    }
    return static_cast<int>(longest);
}

// The model's scores on the origins of a baseline, and those of the baseline.
Skill skill_against(Group const& baseline, Group const& model, std::uint64_t seed) {
    std::map<Day, double> own;
    for (ForecastRow const* row : model) {
        own[row->origin] = row->verdict.crps;
    }
    std::vector<double> score;
    std::vector<double> other;
    for (ForecastRow const* row : baseline) {
        score.push_back(own.at(row->origin));
        other.push_back(row->verdict.crps);
    }
    return skill(score, other, block_length(baseline), count_independent(baseline), seed);
}

ScoreRow score_of(Group const& group, Group const& model, std::uint64_t seed) {
    ScoreRow row{.horizon_months = group.front()->horizon_months,
                 .method = group.front()->method,
                 .n = static_cast<int>(group.size())};
    std::vector<Pit> pits;
    for (ForecastRow const* one : group) {
        Verdict const& verdict = one->verdict;
        row.crps += verdict.crps / row.n;
        row.log_score += verdict.log_score / row.n;
        row.interval_score += verdict.interval_score / row.n;
        row.bias += (verdict.mean - static_cast<double>(one->outcome)) / row.n;
        pits.push_back(verdict.pit);
    }
    row.coverage = {coverage(pits, .5), coverage(pits, .8), coverage(pits, .95)};
    row.skill = skill_against(group, model, seed);
    return row;
}

}  // namespace

std::vector<ScoreRow> scores(std::vector<ForecastRow> const& rows, std::uint64_t seed) {
    std::map<std::pair<int, Method>, Group> groups;
    for (ForecastRow const& row : rows) {
        groups[{row.horizon_months, row.method}].push_back(&row);
    }
    std::vector<ScoreRow> result;
    for (auto const& [key, group] : groups) {
        result.push_back(score_of(group, groups.at({key.first, Method::model}), seed));
    }
    return result;
}

}  // namespace opgave
