#include "queues.hpp"

#include "afford.hpp"
#include "binomial.hpp"

#include <algorithm>
#include <tuple>

namespace opgave::detail {

Queues::Queues(Plan const& plan)
    : plan_(plan),
      ready_(static_cast<std::size_t>(plan.space.size())),
      left_(plan.capacities.size()),
      closed_(plan.capacities.size()),
      waiting_(plan.places()),
      spent_(plan.run.scenario.budgets.size()),
      unpaid_(spent_.size()),
      before_(static_cast<std::size_t>(plan.run.strata)),
      prices_(plan) {}

void Queues::begin(std::uint64_t path) {
    for (auto& ready : ready_) {
        ready.clear();
    }
    std::ranges::fill(left_, 0);
    std::ranges::fill(waiting_, 0);
    std::ranges::fill(spent_, 0);
    std::ranges::fill(unpaid_, 0);
    prices_.begin(path);
    path_ = path;
}

void Queues::join(int stratum, int from, int to, int month, std::int64_t count) {
    if (count == 0) {
        return;
    }
    waiting_[plan_.place(stratum, from)] += count;
    auto& ready = ready_[static_cast<std::size_t>(to)];
    for (auto it = ready.rbegin(); it != ready.rend() && it->month == month; ++it) {
        if (it->stratum == stratum && it->from == from) {
            it->count += count;
            return;
        }
    }
    int const priority = plan_.priority[static_cast<std::size_t>(stratum)];
    ready.push_back({priority, month, stratum, from, count});
}

void Queues::leave(Ready& ready, int to, std::int64_t count) {
    if (count > 0) {
        ready.count -= count;
        waiting_[plan_.place(ready.stratum, ready.from)] -= count;
        moved_.push_back({ready.stratum, to, count});
    }
}

// The exits of the state they wait in, at the age of a stay as long as the wait.
void Queues::renege(int month, int state, Pace& pace) {
    if (!plan_.run.scenario.exits_while_waiting) {
        return;
    }
    // Paths are fewer than 2^32, so that each queue of each has numbers of its own.
    Stream const stream(plan_.run.seed, Purpose::queue,
                        path_ | static_cast<std::uint64_t>(state) << 32U);
    for (Ready& ready : ready_[static_cast<std::size_t>(state)]) {
        if (ready.month == month) {
            continue;
        }
        int const group = plan_.grid.group(std::min(month - ready.month, plan_.grid.ages() - 1));
        auto const& ways = plan_.space.ways(ready.from);
        auto const& table =
            pace.rates(plan_.class_of[static_cast<std::size_t>(ready.stratum)], month);
        double const hazard =
            table.hazard(ready.from, group) *
            pace.worth(month)[static_cast<std::size_t>(plan_.space.state(ready.from))];
        std::size_t const place = plan_.place(ready.stratum, ready.from);
        auto const cell =
            static_cast<std::uint32_t>(place * static_cast<std::size_t>(plan_.run.months) +
                                       static_cast<std::size_t>(ready.month));
        // The exits one after the other: what is left after one is at risk of the next.
        std::uint32_t exit = 0;
        for (std::size_t k = 0; k < ways.size(); ++k) {
            if (!plan_.hazards.trajectory().is_exit(plan_.space.state(ways[k].to))) {
                continue;
            }
            auto const source = [&](std::uint32_t attempt) {
                return stream.bits(cell, static_cast<std::uint32_t>(month), attempt | exit << 10U);
            };
            Chance const chance = chance_of_hazard(hazard * table.shares(ready.from, group)[k]);
            leave(ready, ways[k].to, draw_binomial(source, ready.count, chance));
            ++exit;
        }
    }
}

void Queues::supply(Capacity const& capacity, std::size_t number, int month,
                    std::vector<std::int64_t> const& inside) {
    auto const at = static_cast<std::size_t>(month);
    closed_[number] = false;
    if (capacity.budget >= 0) {
        unpaid_[static_cast<std::size_t>(capacity.budget)] = 0;
    }
    // What was overdrawn is paid back; unused slots, and money that does not carry over, lapse.
    std::int64_t& left = left_[number];
    left = capacity.lapses[at] ? std::min<std::int64_t>(left, 0) : left;
    if (capacity.capacitated || capacity.supply[at] == unlimited) {
        left = 0;
    }
    left += capacity.supply[at];
    for (int stratum = 0; capacity.capacitated && stratum < plan_.run.strata; ++stratum) {
        left -= inside[plan_.place(stratum, capacity.state)] *
                capacity.unit[static_cast<std::size_t>(stratum)];
    }
}

void Queues::let_in(int month, int state, std::vector<std::int64_t> const& inside) {
    for (std::size_t i = 0; i < plan_.capacities.size(); ++i) {
        if (plan_.capacities[i].state == state) {
            supply(plan_.capacities[i], i, month, inside);
        }
    }
    auto& ready = ready_[static_cast<std::size_t>(state)];
    std::erase_if(ready, [](Ready const& cell) { return cell.count == 0; });
    auto const turn = [](Ready const& cell) { return std::tuple(cell.priority, cell.month); };
    std::ranges::stable_sort(ready, {}, turn);
    for (std::size_t begin = 0; begin < ready.size();) {
        std::size_t end = begin;
        while (end < ready.size() && turn(ready[end]) == turn(ready[begin])) {
            ++end;
        }
        let_in(std::span(ready).subspan(begin, end - begin), state);
        begin = end;
    }
}

// Those who became ready in the same month and have the same priority share what is left.
void Queues::let_in(std::span<Ready> cohort, int state) {
    std::vector<std::int64_t> let(cohort.size());
    std::ranges::transform(cohort, let.begin(), &Ready::count);
    for (std::size_t c = 0; c < plan_.capacities.size(); ++c) {
        if (plan_.capacities[c].state == state) {
            let = share(plan_.capacities[c], c, cohort, let);
        }
    }
    for (std::size_t c = 0; c < plan_.capacities.size(); ++c) {
        if (plan_.capacities[c].state == state) {
            settle(c, cohort, let);
        }
    }
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        leave(cohort[i], state, let[i]);
    }
}

// How many of those whom the capacities before this one let in it lets in too.
std::vector<std::int64_t> Queues::share(Capacity const& capacity, std::size_t number,
                                        std::span<Ready const> cohort,
                                        std::vector<std::int64_t> const& let) {
    std::vector<Claim> claims;
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        std::int64_t const unit = capacity.unit[static_cast<std::size_t>(cohort[i].stratum)];
        claims.push_back({unit > 0 ? let[i] : 0, unit > 0 ? unit : 1});
    }
    std::int64_t supply = closed_[number] ? 0 : left_[number];
    auto const price = [&](auto const& counts) { return use(capacity, cohort, counts); };
    auto taken = capacity.is_uncertain() ? afford(claims, supply, price)
                                         : ration(claims, supply, capacity.shortage);
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        std::int64_t const refused = claims[i].count - taken[i];
        closed_[number] = closed_[number] || (refused > 0 && capacity.shortage == Shortage::stops);
        if (capacity.budget >= 0) {
            unpaid_[static_cast<std::size_t>(capacity.budget)] +=
                refused * plan_.weight(cohort[i].stratum);
        }
        taken[i] = let[i] - refused;
    }
    return taken;
}

// What so many of each take together.
std::int64_t Queues::use(Capacity const& capacity, std::span<Ready const> cohort,
                         std::vector<std::int64_t> const& let) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        auto& before = before_[static_cast<std::size_t>(cohort[i].stratum)];
        sum += prices_.cents(capacity, cohort[i].stratum, before, let[i]);
        before += let[i];
    }
    for (Ready const& ready : cohort) {
        before_[static_cast<std::size_t>(ready.stratum)] = 0;
    }
    return sum;
}

void Queues::settle(std::size_t number, std::span<Ready const> cohort,
                    std::vector<std::int64_t> const& let) {
    Capacity const& capacity = plan_.capacities[number];
    std::int64_t const used = use(capacity, cohort, let);
    left_[number] -= used;
    if (capacity.budget >= 0) {
        spent_[static_cast<std::size_t>(capacity.budget)] += used;
    }
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        prices_.pay(capacity, cohort[i].stratum, let[i]);
    }
}

}  // namespace opgave::detail
