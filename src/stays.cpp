#include "stays.hpp"

#include "elementary.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace opgave::detail {

Stays::Stays(Plan const& plan, Pace& pace, Counts& counts)
    : plan_(plan), pace_(pace), counts_(counts), stream_(0, Purpose::stays, 0) {
    for (int state = 0; state < plan.space.size(); ++state) {
        ways_ = std::max(ways_, plan.space.ways(state).size());
    }
    leaving_.resize(static_cast<std::size_t>(plan.run.months) * plan.places() * ways_);
    if (plan.space.resumes()) {
        interrupted_.resize(interrupted(plan.run.strata, 0, 0));
    }
    auto const ages = static_cast<std::size_t>(plan.grid.ages());
    std::size_t const tables = plan.classes.size() * static_cast<std::size_t>(plan.space.states());
    if (plan.is_steady()) {
        survival_.resize(tables * (searched() + 2));
        guide_.resize(tables * slots);
        last_.resize(tables);
    } else {
        hazard_.resize(tables * static_cast<std::size_t>(plan.regimes) * ages);
    }
}

void Stays::begin(std::uint64_t path) {
    stream_ = Stream(plan_.run.seed, Purpose::stays, path);
    std::ranges::fill(leaving_, 0);
    std::ranges::fill(interrupted_, 0);
    for (int rate_class = 0; rate_class < static_cast<int>(plan_.classes.size()); ++rate_class) {
        for (State name = 0; name < plan_.space.states(); ++name) {
            int const state = plan_.space.index(name);
            plan_.is_steady() ? tabulate_survival(rate_class, state)
                              : tabulate_hazards(rate_class, state);
        }
    }
    std::vector<std::int64_t> drawn(plan_.places(), 0);
    for (StartCell const& start : plan_.start) {
        std::int64_t& first = drawn[plan_.place(start.stratum, start.state)];
        int const rate_class = plan_.class_of[static_cast<std::size_t>(start.stratum)];
        stay(Beginning::earlier, 0, {start.stratum, rate_class, start.state}, start.age, first,
             start.count);
        first += start.count;
    }
}

void Stays::tabulate_survival(int rate_class, int state) {
    StepTable const& months = pace_.table(rate_class, 1);
    std::size_t const at = table(rate_class, state);
    double* end = survival_.data() + at * (searched() + 2);
    std::int32_t* const guide = guide_.data() + at * slots;
    std::size_t unguided = slots;
    std::int32_t number = 0;
    double after = *end++ = 1;
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        int const group = plan_.grid.group(age);
        double const* const share = months.shares(state, group);
        std::size_t possible = ways_;
        while (possible > 1 && share[possible - 1] == 0) {
            --possible;
        }
        double const before = after;
        after *= staying(months.leaving(state, group));
        double level = before;
        for (std::size_t k = 0; k < ways_; ++k) {
            level -= share[k] * (before - after);
            level = k + 1 < possible ? std::max(level, after) : after;
            *end++ = level;
            for (; unguided > 0 && level * slots < static_cast<double>(unguided); --unguided) {
                guide[unguided - 1] = number;
            }
            ++number;
        }
    }
    *end = 0;
    std::fill_n(guide, unguided, number);
    double const stays = staying(months.leaving(state, plan_.grid.groups() - 1));
    double const hazard = stays > 0 ? -elementary::log(stays) : 1e9;
    last_[at] = {.log_survival = elementary::log(std::max(after, negligible)),
                 .hazard = hazard,
                 .per_hazard = hazard > 0 ? 1 / hazard : 0,
                 .per_leaving = stays < 1 ? 1 / (1 - stays) : 0};
}

void Stays::tabulate_hazards(int rate_class, int state) {
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    double* by_age =
        hazard_.data() + table(rate_class, state) * static_cast<std::size_t>(plan_.regimes) * ages;
    for (int const month : plan_.first_months) {
        StepTable const& rates = pace_.rates(rate_class, month);
        for (int age = 0; age < plan_.grid.ages(); ++age) {
            *by_age++ = rates.hazard(state, plan_.grid.group(age));
        }
    }
}

void Stays::take_in(int month, int stratum, int state) {
    std::size_t const place = plan_.place(stratum, state);
    std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
    counts_.total[place] += arriving;
    int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
    stay(Beginning::arrival, month, {stratum, rate_class, state}, 0, 0, arriving);
    auto const& ways = plan_.space.ways(state);
    std::int32_t const* const leaving_now = leaving(place, month);
    for (std::size_t k = 0; k < ways.size(); ++k) {
        std::int64_t const gone = leaving_now[k];
        if (gone == 0) {
            continue;
        }
        counts_.total[place] -= gone;
        if (!ways[k].by_age) {
            counts_.go(month, stratum, state, ways[k], gone);
            continue;
        }
        std::int32_t const* const here = interrupted_.data() + interrupted(stratum, state, month);
        for (int age = 0; age < plan_.grid.ages() && gone > 0; ++age) {
            counts_.go(month, stratum, state, ways[k], here[age], age);
        }
    }
}

void Stays::end(int month) {
    std::size_t last = plan_.places();
    std::int64_t drawn = 0;  // at the last place
    counts_.come_back([&](int stratum, int state, int age, std::int64_t count) {
        int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
        std::size_t const before = std::exchange(last, plan_.place(stratum, state));
        drawn = last == before ? drawn : 0;
        stay(Beginning::month_end, month + 1, {stratum, rate_class, state}, age, drawn, count);
        drawn += count;
    });
}

// Draws the ends of `count` stays. `month` is the first in which they can end; `age` is that of the
// month before it, or 0 for an arrival, which can end at age 0 itself.
void Stays::stay(Beginning beginning, int month, Stay const& at, int age, std::int64_t first,
                 std::int64_t count) {
    if (count == 0 || plan_.space.ways(at.state).empty() || month >= plan_.run.months) {
        return;
    }
    bool const arrival = beginning == Beginning::arrival;
    int const next = arrival ? 0 : std::min(age + 1, plan_.grid.ages() - 1);
    auto const address = static_cast<std::uint32_t>(plan_.place(at.stratum, at.state)) * 3 +
                         static_cast<std::uint32_t>(beginning);
    // Numbers first, then what they decide: a wrong guess of a branch waits for no number.
    auto const numbers = [&](auto const& use) {
        std::array<double, 64> u;
        auto const size = static_cast<std::int64_t>(u.size());
        for (std::int64_t begin = first - first % 2; begin < first + count; begin += size) {
            auto const end = static_cast<std::size_t>(std::min(size, first + count - begin));
            for (std::size_t i = 0; i < end; i += 2) {
                auto const pair =
                    static_cast<std::uint32_t>(begin / 2) + static_cast<std::uint32_t>(i / 2);
                auto const words = stream_.bits(address, static_cast<std::uint32_t>(month), pair);
                u[i] = uniform(words[0], words[1]);
                u[i + 1] = uniform(words[2], words[3]);
            }
            for (auto i = static_cast<std::size_t>(std::max(begin, first) - begin); i < end; ++i) {
                use(u[i]);
            }
        }
    };
    if (!plan_.is_steady()) {
        numbers([&](double u) { walk(month, at, next, -elementary::log(1 - u)); });
    } else if (Begin const begin = begin_steadily(month, at, next); begin.level > negligible) {
        search(numbers, month, at, next, begin);
    } else {
        numbers([&](double u) { step_on(month, at, next, u); });
    }
}

Stays::Begin Stays::begin_steadily(int month, Stay const& at, int age) {
    double const* const end = ends(table(at.rate_class, at.state));
    auto const before = [&](int of) { return end[of * static_cast<int>(ways_) - 1]; };
    if (month > 0) {
        return {.gone = 0, .level = before(age), .age = age};
    }
    Chance const& at_once =
        pace_.table(at.rate_class, month).leaving(at.state, plan_.grid.group(age));
    return {
        .gone = probability(at_once), .level = before(age + 1) / staying(at_once), .age = age + 1};
}

// Finds the age at which survival falls below each uniform part of the level at the beginning.
template <typename Numbers>
void Stays::search(Numbers const& numbers, int month, Stay const& at, int age, Begin const& begin) {
    std::size_t const table_at = table(at.rate_class, at.state);
    double const* const end = ends(table_at);
    std::int32_t const* const guide = guide_.data() + table_at * slots;
    auto const ways = static_cast<std::int32_t>(ways_);
    std::int32_t const from = begin.age * ways;
    std::int32_t const beyond = plan_.grid.ages() * ways;
    std::int32_t const youngest = age * ways;  // of the month at hand
    std::int32_t const horizon = youngest + (plan_.run.months - month) * ways;
    std::int32_t* const gone = leaving(plan_.place(at.stratum, at.state), month);
    bool const resumes = plan_.space.resumes();
    numbers([&](double u) {
        if (u < begin.gone) {
            leave(month, at, age, u / begin.gone);
            return;
        }
        double const level = (1 - u) * begin.level;
        auto const slot = static_cast<std::size_t>(static_cast<int>(level * slots));
        std::int32_t reached = std::max(guide[slot], from);
        while (end[reached] > level) {  // the table ends with a zero
            ++reached;
        }
        if (reached < std::min(beyond, horizon) && !resumes) {
            ++gone[reached - youngest];
        } else if (reached < std::min(beyond, horizon)) {
            int const left_at = reached / ways;
            count(month + left_at - age, at, left_at, static_cast<std::size_t>(reached % ways));
        } else if (reached >= beyond) {
            last(month - age, at, level);
        }
    });
}

// For a stay that lasts until `survival` falls to this, beyond the last age of its own; `origin` is
// the month of age 0.
void Stays::last(int origin, Stay const& at, double survival) {
    Last const& last = last_[table(at.rate_class, at.state)];
    int const first = origin + plan_.grid.ages();
    double const waited = (last.log_survival - elementary::log(survival)) * last.per_hazard;
    if (last.hazard > 0 && waited < plan_.run.months - first) {
        auto const whole = static_cast<int>(waited);
        double const u = -elementary::expm1((whole - waited) * last.hazard) * last.per_leaving;
        leave(first + whole, at, plan_.grid.ages() - 1, u);
    }
}

// Month by month, for a stay that goes on where next to none do: the table has no digits left
// there.
void Stays::step_on(int month, Stay const& at, int age, double u) {
    for (; month < plan_.run.months; ++month) {
        Chance const& chance =
            pace_.table(at.rate_class, month).leaving(at.state, plan_.grid.group(age));
        double const gone = probability(chance);
        if (u < gone) {
            leave(month, at, age, u / gone);
            return;
        }
        u = (u - gone) / staying(chance);
        age = std::min(age + 1, plan_.grid.ages() - 1);
    }
}

// Month by month, where months differ, until so much hazard is lived through.
void Stays::walk(int month, Stay const& at, int age, double hazard) {
    auto const name = static_cast<std::size_t>(plan_.space.state(at.state));
    for (; month < plan_.run.months; ++month) {
        int const regime = plan_.regime[static_cast<std::size_t>(month)];
        double const of_month =
            hazards(at.rate_class, regime, at.state)[age] * pace_.worth(month)[name];
        if (hazard < of_month) {
            leave(month, at, age, elementary::expm1(-hazard) / elementary::expm1(-of_month));
            return;
        }
        hazard -= of_month;
        age = std::min(age + 1, plan_.grid.ages() - 1);
    }
}

void Stays::leave(int month, Stay const& at, int age, double u) {
    if (month >= plan_.run.months) {
        return;
    }
    auto const& ways = plan_.space.ways(at.state);
    double const* const share =
        pace_.rates(at.rate_class, month).shares(at.state, plan_.grid.group(age));
    std::size_t k = 0;
    while (k + 1 < ways.size() && u >= share[k]) {
        u -= share[k];
        ++k;
    }
    while (share[k] == 0 && k > 0) {  // rounding took u beyond the last way that is possible
        --k;
    }
    count(month, at, age, k);
}

void Stays::count(int month, Stay const& at, int age, std::size_t way) {
    ++leaving(plan_.place(at.stratum, at.state), month)[way];
    if (plan_.space.ways(at.state)[way].by_age) {
        ++interrupted_[interrupted(at.stratum, at.state, month) + static_cast<std::size_t>(age)];
    }
}

}  // namespace opgave::detail
