#include "stays.hpp"

#include "elementary.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace opgave::detail {

Stays::Stays(Plan const& plan, Counts& counts)
    : plan_(plan),
      counts_(counts),
      first_month_(plan.space, plan.grid),
      other_months_(plan.space, plan.grid),
      survival_(row(plan.space.size())),
      guide_(static_cast<std::size_t>(plan.space.size()) * slots),
      last_hazard_(static_cast<std::size_t>(plan.space.size())),
      stream_(0, Purpose::stays, 0) {
    for (int state = 0; state < plan.space.size(); ++state) {
        ways_ = std::max(ways_, plan.space.ways(state).size());
    }
    leaving_.resize(static_cast<std::size_t>(plan.run.months) * plan.places() * ways_);
}

void Stays::begin(std::uint64_t path, Rates const& rates) {
    stream_ = Stream(plan_.run.seed, Purpose::stays, path);
    first_month_.fill(rates, plan_.run.first_month);
    other_months_.fill(rates, 1);
    std::ranges::fill(leaving_, 0);
    for (int state = 0; state < plan_.space.size(); ++state) {
        tabulate(state);
    }
    std::vector<std::int64_t> drawn(plan_.places(), 0);
    for (StartCell const& start : plan_.start) {
        std::int64_t& first = drawn[plan_.place(start.stratum, start.state)];
        stay(Beginning::earlier, 0, start.stratum, start.state, start.age, first, start.count);
        first += start.count;
    }
}

void Stays::tabulate(int state) {
    double survival = 1;
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        survival *= staying(other_months_.leaving(state, plan_.grid.group(age)));
        survival_[row(state) + static_cast<std::size_t>(age)] = survival;
    }
    int above = plan_.grid.ages();
    for (std::size_t slot = 0; slot < slots; ++slot) {
        double const end = static_cast<double>(slot + 1) / slots;
        while (above > 0 && survival_[row(state) + static_cast<std::size_t>(above) - 1] <= end) {
            --above;
        }
        guide_[static_cast<std::size_t>(state) * slots + slot] = above;
    }
    double const stays = staying(other_months_.leaving(state, plan_.grid.groups() - 1));
    last_hazard_[static_cast<std::size_t>(state)] = stays > 0 ? -elementary::log(stays) : 1e9;
}

void Stays::take_in(int month, int stratum, int state) {
    std::size_t const place = plan_.place(stratum, state);
    std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
    counts_.total[place] += arriving;
    stay(Beginning::arrival, month, stratum, state, 0, 0, arriving);
    auto const& ways = plan_.space.ways(state);
    for (std::size_t k = 0; k < ways.size(); ++k) {
        std::int64_t const gone =
            leaving_[(static_cast<std::size_t>(month) * plan_.places() + place) * ways_ + k];
        counts_.total[place] -= gone;
        (ways[k].cascades ? counts_.arriving
                          : counts_.returning)[plan_.place(stratum, ways[k].to)] += gone;
    }
}

void Stays::end(int month) {
    for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
        for (int state = 0; state < plan_.space.size(); ++state) {
            std::size_t const place = plan_.place(stratum, state);
            std::int64_t const back = std::exchange(counts_.returning[place], 0);
            counts_.total[place] += back;
            stay(Beginning::month_end, month + 1, stratum, state, 0, 0, back);
        }
    }
}

// Draws the ends of `count` stays. `month` is the first in which they can end; `age` is that of the
// month before it, or 0 for an arrival, which can end at age 0 itself.
void Stays::stay(Beginning beginning, int month, int stratum, int state, int age,
                 std::int64_t first, std::int64_t count) {
    if (plan_.space.ways(state).empty() || month >= plan_.run.months) {
        return;
    }
    bool const arrival = beginning == Beginning::arrival;
    int const next = arrival ? 0 : std::min(age + 1, plan_.grid.ages() - 1);
    double const* const survival = survival_.data() + row(state);
    StepTable const& table = month == 0 ? first_month_ : other_months_;
    Chance const& at_once = table.leaving(state, plan_.grid.group(next));
    double const gone_at_once = probability(at_once);
    auto const address = static_cast<std::uint32_t>(plan_.place(stratum, state)) * 3 +
                         static_cast<std::uint32_t>(beginning);
    std::array<std::uint32_t, 4> words{};
    for (std::int64_t i = first; i < first + count; ++i) {
        if (i % 2 == 0 || i == first) {
            words = stream_.bits(address, static_cast<std::uint32_t>(month),
                                 static_cast<std::uint32_t>(i / 2));
        }
        auto const w = static_cast<std::size_t>(i % 2 * 2);
        double const u = uniform(words[w], words[w + 1]);
        if (u < gone_at_once) {
            leave(month, stratum, state, next, u / gone_at_once);
        } else if (survival[next] > negligible) {
            // How much survival is left: uniform between 0 and that at the end of `next`.
            last(month - next, stratum, state, next, (1 - u) / staying(at_once) * survival[next]);
        } else {
            step_on(month + 1, stratum, state, next, (u - gone_at_once) / staying(at_once));
        }
    }
}

// Finds the age at which survival falls to `level`; `origin` is the month of age 0.
void Stays::last(int origin, int stratum, int state, int age, double level) {
    double const* const survival = survival_.data() + row(state);
    int const ages = plan_.grid.ages();
    auto const slot = static_cast<std::size_t>(level * slots);
    int reached = std::max(guide_[static_cast<std::size_t>(state) * slots + slot], age + 1);
    while (survival[reached] > level) {  // the table ends with a zero
        ++reached;
    }
    if (reached < ages) {
        double const before = survival[reached - 1];
        double const u = (before - level) / (before - survival[reached]);
        leave(origin + reached, stratum, state, reached, u);
        return;
    }
    double const hazard = last_hazard_[static_cast<std::size_t>(state)];
    if (!(hazard > 0)) {
        return;
    }
    double const waited = -elementary::log(level / survival[ages - 1]) / hazard;
    if (waited < plan_.run.months) {
        double const whole = static_cast<double>(static_cast<int>(waited));
        double const u = elementary::expm1(-(waited - whole) * hazard) / elementary::expm1(-hazard);
        leave(origin + ages + static_cast<int>(waited), stratum, state, ages - 1, u);
    }
}

// Month by month, for a stay that goes on where next to none do: the table has no digits left
// there.
void Stays::step_on(int month, int stratum, int state, int age, double u) {
    for (; month < plan_.run.months; ++month) {
        age = std::min(age + 1, plan_.grid.ages() - 1);
        Chance const& chance = other_months_.leaving(state, plan_.grid.group(age));
        double const gone = probability(chance);
        if (u < gone) {
            leave(month, stratum, state, age, u / gone);
            return;
        }
        u = (u - gone) / staying(chance);
    }
}

void Stays::leave(int month, int stratum, int state, int age, double u) {
    if (month >= plan_.run.months) {
        return;
    }
    auto const& ways = plan_.space.ways(state);
    double const* const share = other_months_.shares(state, plan_.grid.group(age));
    std::size_t k = 0;
    while (k + 1 < ways.size() && u >= share[k]) {
        u -= share[k];
        ++k;
    }
    while (share[k] == 0 && k > 0) {  // rounding took u beyond the last way that is possible
        --k;
    }
    ++leaving_[(static_cast<std::size_t>(month) * plan_.places() + plan_.place(stratum, state)) *
                   ways_ +
               k];
}

}  // namespace opgave::detail
