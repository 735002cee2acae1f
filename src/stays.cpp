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
    auto const ages = static_cast<std::size_t>(plan.grid.ages());
    std::size_t const tables = table(static_cast<int>(plan.classes.size()), 0);
    if (plan.is_steady()) {
        survival_.resize(tables * (ages + 1));
        guide_.resize(tables * slots);
        last_hazard_.resize(tables);
    } else {
        hazard_.resize(tables * static_cast<std::size_t>(plan.regimes) * ages);
    }
}

void Stays::begin(std::uint64_t path) {
    stream_ = Stream(plan_.run.seed, Purpose::stays, path);
    std::ranges::fill(leaving_, 0);
    for (int rate_class = 0; rate_class < static_cast<int>(plan_.classes.size()); ++rate_class) {
        for (int state = 0; state < plan_.space.size(); ++state) {
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
    double* const by_age = survival_.data() + row({0, rate_class, state});
    double survival = 1;
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        survival *= staying(months.leaving(state, plan_.grid.group(age)));
        by_age[age] = survival;
    }
    int above = plan_.grid.ages();
    for (std::size_t slot = 0; slot < slots; ++slot) {
        double const end = static_cast<double>(slot + 1) / slots;
        while (above > 0 && by_age[above - 1] <= end) {
            --above;
        }
        guide_[at * slots + slot] = above;
    }
    double const stays = staying(months.leaving(state, plan_.grid.groups() - 1));
    last_hazard_[at] = stays > 0 ? -elementary::log(stays) : 1e9;
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
    for (std::size_t k = 0; k < ways.size(); ++k) {
        std::int64_t const gone =
            leaving_[(static_cast<std::size_t>(month) * plan_.places() + place) * ways_ + k];
        counts_.total[place] -= gone;
        counts_.go(month, stratum, state, ways[k], gone);
    }
}

void Stays::end(int month) {
    for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
        int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
        for (int state = 0; state < plan_.space.size(); ++state) {
            std::size_t const place = plan_.place(stratum, state);
            std::int64_t const back = std::exchange(counts_.returning[place], 0);
            counts_.total[place] += back;
            stay(Beginning::month_end, month + 1, {stratum, rate_class, state}, 0, 0, back);
        }
    }
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
    bool const steady = plan_.is_steady();
    auto const begins = steady ? begin_steadily(month, at, next) : Begin{};
    std::array<std::uint32_t, 4> words{};
    for (std::int64_t i = first; i < first + count; ++i) {
        if (i % 2 == 0 || i == first) {
            words = stream_.bits(address, static_cast<std::uint32_t>(month),
                                 static_cast<std::uint32_t>(i / 2));
        }
        auto const w = static_cast<std::size_t>(i % 2 * 2);
        double const u = uniform(words[w], words[w + 1]);
        if (!steady) {
            walk(month, at, next, -elementary::log(1 - u));
        } else if (u < begins.gone) {
            leave(month, at, next, u / begins.gone);
        } else if (begins.survival > negligible) {
            // How much survival is left: uniform between 0 and that at the end of `next`.
            last(month - next, at, next, (1 - u) / begins.staying * begins.survival);
        } else {
            step_on(month + 1, at, next, (u - begins.gone) / begins.staying);
        }
    }
}

Stays::Begin Stays::begin_steadily(int month, Stay const& at, int age) {
    Chance const& at_once =
        pace_.table(at.rate_class, month).leaving(at.state, plan_.grid.group(age));
    return {probability(at_once), staying(at_once),
            survival_[row(at) + static_cast<std::size_t>(age)]};
}

// Finds the age at which survival falls to `level`; `origin` is the month of age 0.
void Stays::last(int origin, Stay const& at, int age, double level) {
    double const* const survival = survival_.data() + row(at);
    int const ages = plan_.grid.ages();
    std::size_t const table_at = table(at.rate_class, at.state);
    auto const slot = static_cast<std::size_t>(level * slots);
    int reached = std::max(guide_[table_at * slots + slot], age + 1);
    while (survival[reached] > level) {  // the table ends with a zero
        ++reached;
    }
    if (reached < ages) {
        double const before = survival[reached - 1];
        double const u = (before - level) / (before - survival[reached]);
        leave(origin + reached, at, reached, u);
        return;
    }
    double const hazard = last_hazard_[table_at];
    if (!(hazard > 0)) {
        return;
    }
    double const waited = -elementary::log(level / survival[ages - 1]) / hazard;
    if (waited < plan_.run.months) {
        double const whole = static_cast<double>(static_cast<int>(waited));
        double const u = elementary::expm1(-(waited - whole) * hazard) / elementary::expm1(-hazard);
        leave(origin + ages + static_cast<int>(waited), at, ages - 1, u);
    }
}

// Month by month, for a stay that goes on where next to none do: the table has no digits left
// there.
void Stays::step_on(int month, Stay const& at, int age, double u) {
    for (; month < plan_.run.months; ++month) {
        age = std::min(age + 1, plan_.grid.ages() - 1);
        Chance const& chance =
            pace_.table(at.rate_class, month).leaving(at.state, plan_.grid.group(age));
        double const gone = probability(chance);
        if (u < gone) {
            leave(month, at, age, u / gone);
            return;
        }
        u = (u - gone) / staying(chance);
    }
}

// Month by month, where months differ, until so much hazard is lived through.
void Stays::walk(int month, Stay const& at, int age, double hazard) {
    for (; month < plan_.run.months; ++month) {
        int const regime = plan_.regime[static_cast<std::size_t>(month)];
        double const of_month = hazards(at.rate_class, regime, at.state)[age] *
                                pace_.worth(month)[static_cast<std::size_t>(at.state)];
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
    ++leaving_[(static_cast<std::size_t>(month) * plan_.places() +
                plan_.place(at.stratum, at.state)) *
                   ways_ +
               k];
}

}  // namespace opgave::detail
