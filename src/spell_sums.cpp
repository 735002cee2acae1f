#include "spell_sums.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace opgave::detail {

std::vector<Day> edges_in_days(std::vector<double> const& months) {
    std::vector<Day> days;
    for (double const edge : months) {
        days.push_back(static_cast<Day>(std::lround(edge * days_per_month)));
    }
    return days;
}

std::size_t band_of(std::vector<Day> const& edges, Day duration) {
    std::size_t band = 0;
    while (band + 1 < edges.size() && duration > edges[band + 1]) {
        ++band;
    }
    return band;
}

namespace {

// The months, or years, that hold the days observed; one for all time where neither matters.
class Calendar {
public:
    Calendar(Variation const& variation) {
        bool const by_month = !variation.season.empty();
        if ((!by_month && variation.shock_scale == 0) || variation.first_day == unknown_day) {
            return;
        }
        Every const every = by_month ? Every::month : Every::year;
        for (Period const& period : periods(variation.first_day, variation.last_day, every)) {
            Date const first = to_date(period.begin);
            last_day_.push_back(period.end - 1);
            month_.push_back(12 * static_cast<int>(first.year()) + static_cast<int>(first.month()) -
                             1);
        }
    }

    // The number of a day's month.
    [[nodiscard]] int month(Day day) const { return month_.empty() ? 0 : month_[place(day)]; }

    // Adds the days (from, to], by month.
    template <class Add>
    void split(Day from, Day to, Add const& add) const {
        if (month_.empty()) {
            add(0, from, to);
            return;
        }
        for (std::size_t i = place(from + 1); from < to; ++i) {
            Day const end = std::min(to, last_day_[i]);
            add(month_[i], from, end);
            from = end;
        }
    }

private:
    [[nodiscard]] std::size_t place(Day day) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(last_day_, day) -
                                        last_day_.begin());
    }

    std::vector<Day> last_day_ = {};
    std::vector<int> month_ = {};
};

// How many of the days (from, to] count less: those on which a move may not have been recorded yet.
class Missing {
public:
    Missing(Variation const& variation) : known_on_(variation.known_on) {
        for (double const chance : variation.recorded) {
            before_.push_back(before_.back() + (1 - chance));
        }
    }

    [[nodiscard]] bool is_none() const { return before_.size() == 1; }
    [[nodiscard]] double days(Day from, Day to) const {
        return is_none() ? 0 : sum(known_on_ - from) - sum(known_on_ - to);
    }

private:
    // Over the last days.
    [[nodiscard]] double sum(Day days) const {
        auto const last = static_cast<Day>(before_.size()) - 1;
        return before_[static_cast<std::size_t>(std::clamp(days, 0, last))];
    }

    Day known_on_;
    std::vector<double> before_ = {0};
};

// Dwellings by combination of the levels that were seen.
std::vector<int> number_combinations(Variation& variation, Spells const& spells,
                                     Grouping const& by) {
    std::set<std::int32_t> seen;
    for (std::size_t i = 0; i < spells.size(); ++i) {
        auto const dwelling = spells.dwelling[i];
        if (dwelling < 0 || static_cast<std::size_t>(dwelling) >= by.group.size()) {
            throw std::invalid_argument("the groups do not hold dwelling " +
                                        std::to_string(dwelling) + " of spell " +
                                        std::to_string(i));
        }
        seen.insert(by.group[static_cast<std::size_t>(dwelling)]);
    }
    std::vector<std::map<std::string, int>> number(by.columns.size());
    std::set<std::vector<std::string>> labels;
    for (std::int32_t const group : seen) {
        auto const& label = by.labels.at(static_cast<std::size_t>(group));
        labels.insert(label);
        for (std::size_t j = 0; j < number.size(); ++j) {
            number[j][label[j]] = 0;
        }
    }
    for (std::size_t j = 0; j < number.size(); ++j) {
        Factor factor{by.columns[j], {}};
        for (auto& [level, at] : number[j]) {
            at = static_cast<int>(factor.levels.size());
            factor.levels.push_back(level);
        }
        variation.factors.push_back(std::move(factor));
    }
    std::map<std::vector<std::string>, int> combination;
    for (auto const& label : labels) {
        combination[label] = static_cast<int>(variation.combinations.size());
        auto& levels = variation.combinations.emplace_back();
        for (std::size_t j = 0; j < number.size(); ++j) {
            levels.push_back(number[j].at(label[j]));
        }
    }
    std::vector<int> of_group(by.labels.size(), 0);
    for (std::int32_t const group : seen) {
        auto const at = static_cast<std::size_t>(group);
        of_group[at] = combination.at(by.labels[at]);
    }
    return of_group;
}

// A cell of exposure (`to` is its state) or of events; hashed, as millions of spells fall in it.
struct Key {
    State from;
    State to;
    int band;
    int combination;
    int month;
    friend auto operator<=>(Key const&, Key const&) = default;
};

struct Hash {
    std::size_t operator()(Key const& key) const {
        std::size_t value = 0;
        for (int const part : {int{key.from}, int{key.to}, key.band, key.combination, key.month}) {
            value = (value ^ static_cast<std::size_t>(part)) * 0x9E3779B97F4A7C15ULL;
            value ^= value >> 29U;
        }
        return value;
    }
};

using Sums = std::unordered_map<Key, std::int64_t, Hash>;

std::vector<std::pair<Key, std::int64_t>> sorted(Sums const& sums) {
    std::vector<std::pair<Key, std::int64_t>> rows(sums.begin(), sums.end());
    std::ranges::sort(rows);
    return rows;
}

// One that is left on the day of its first observation was never seen at risk.
bool is_imputed(Spells const& spells, std::size_t i, Undated undated) {
    return undated == Undated::impute && spells.first_observed[i] < spells.exit[i];
}

void find_days(Variation& variation, Spells const& spells, Undated undated) {
    for (std::size_t i = 0; i < spells.size(); ++i) {
        if (spells.enter[i] == unknown_day) {
            ++variation.undated;
            if (!is_imputed(spells, i, undated)) {
                continue;
            }
        }
        bool const is_first = variation.first_day == unknown_day;
        variation.first_day = is_first ? spells.first_observed[i]
                                       : std::min(variation.first_day, spells.first_observed[i]);
        variation.last_day = std::max(variation.last_day, spells.exit[i]);
    }
}

}  // namespace

std::vector<CalendarPart> calendar_parts(Variation const& variation, Day from, Day to) {
    std::vector<CalendarPart> parts;
    Calendar const calendar(variation);
    Missing const missing(variation);
    calendar.split(from, to, [&](int month, Day first, Day last) {
        Day const days = last - first;
        parts.push_back({month, days, 1 - missing.days(first, last) / days});
    });
    return parts;
}

void add_up(Variation& variation, Spells const& spells, std::vector<double> const& edges_months,
            Grouping const& by, Undated undated) {
    auto const edges = edges_in_days(edges_months);
    std::vector<int> combinations;
    if (by.columns.empty()) {
        variation.combinations = {{}};
    } else {
        combinations = number_combinations(variation, spells, by);
    }
    find_days(variation, spells, undated);
    Calendar const calendar(variation);
    Missing const missing(variation);
    std::unordered_map<Key, double, Hash> unseen_days;
    Sums exposure;
    Sums events;
    for (std::size_t i = 0; i < spells.size(); ++i) {
        State const state = spells.stage[i];
        Day const enter = spells.enter[i];
        int const combination = combinations.empty()
                                    ? 0
                                    : combinations[static_cast<std::size_t>(
                                          by.group[static_cast<std::size_t>(spells.dwelling[i])])];
        if (enter == unknown_day) {
            if (is_imputed(spells, i, undated)) {
                variation.imputed.push_back({state, combination, spells.first_observed[i],
                                             spells.exit[i], spells.cause[i]});
            }
            continue;
        }
        for (std::size_t band = 0; band < edges.size(); ++band) {
            Day const from = std::max(spells.first_observed[i], enter + edges[band]);
            Day const to = band + 1 < edges.size()
                               ? std::min(spells.exit[i], enter + edges[band + 1])
                               : spells.exit[i];
            if (from < to) {
                calendar.split(from, to, [&](int month, Day first, Day last) {
                    Key const key{state, state, static_cast<int>(band), combination, month};
                    exposure[key] += std::int64_t{2} * (last - first);
                    if (!missing.is_none()) {
                        unseen_days[key] += missing.days(first, last);
                    }
                });
            }
        }
        if (spells.cause[i] != censored) {
            auto const band = static_cast<int>(band_of(edges, spells.exit[i] - enter));
            int const month = calendar.month(spells.exit[i]);
            ++events[{state, spells.cause[i], band, combination, month}];
            if (spells.exit[i] == spells.first_observed[i]) {
                ++exposure[{state, state, band, combination, month}];
            }
        }
    }
    for (auto const& [key, days] : unseen_days) {
        exposure[key] -= std::lround(2 * days);
    }
    for (auto const& [key, half_days] : sorted(exposure)) {
        variation.exposure.push_back({key.from, key.band, key.combination, key.month, half_days});
    }
    for (auto const& [key, count] : sorted(events)) {
        variation.events.push_back(
            {{key.from, key.to}, key.band, key.combination, key.month, count});
    }
}

}  // namespace opgave::detail
