#include "queues.hpp"

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
      stream_(0, Purpose::queue, 0) {}

void Queues::begin(std::uint64_t path) {
    for (auto& ready : ready_) {
        ready.clear();
    }
    std::ranges::fill(left_, 0);
    std::ranges::fill(waiting_, 0);
    std::ranges::fill(spent_, 0);
    stream_ = Stream(plan_.run.seed, Purpose::queue, path);
}

void Queues::join(int stratum, int from, int to, int month, std::int64_t count) {
    if (count > 0) {
        int const priority = plan_.priority[static_cast<std::size_t>(stratum)];
        ready_[static_cast<std::size_t>(to)].push_back({priority, month, stratum, from, count});
        waiting_[plan_.place(stratum, from)] += count;
    }
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
    for (Ready& ready : ready_[static_cast<std::size_t>(state)]) {
        if (ready.month == month) {
            continue;
        }
        int const group = plan_.grid.group(std::min(month - ready.month, plan_.grid.ages() - 1));
        auto const& ways = plan_.space.ways(ready.from);
        auto const& table =
            pace.rates(plan_.class_of[static_cast<std::size_t>(ready.stratum)], month);
        double const hazard = table.hazard(ready.from, group) *
                              pace.worth(month)[static_cast<std::size_t>(ready.from)];
        std::size_t const address =
            plan_.place(ready.stratum, ready.from) * static_cast<std::size_t>(plan_.space.size()) +
            static_cast<std::size_t>(state);
        auto const cell =
            static_cast<std::uint32_t>(address * static_cast<std::size_t>(plan_.run.months) +
                                       static_cast<std::size_t>(ready.month));
        // The exits one after the other: what is left after one is at risk of the next.
        for (std::size_t k = 0; k < ways.size(); ++k) {
            if (!plan_.hazards.trajectory().is_exit(plan_.space.state(ways[k].to))) {
                continue;
            }
            auto const source = [&](std::uint32_t attempt) {
                return stream_.bits(cell, static_cast<std::uint32_t>(month),
                                    attempt + static_cast<std::uint32_t>(k) * 1024);
            };
            Chance const chance = chance_of_hazard(hazard * table.shares(ready.from, group)[k]);
            leave(ready, ways[k].to, draw_binomial(source, ready.count, chance));
        }
    }
}

void Queues::supply(Capacity const& capacity, std::size_t number, int month,
                    std::vector<std::int64_t> const& inside) {
    auto const at = static_cast<std::size_t>(month);
    closed_[number] = false;
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
    auto const unit = [&](Capacity const& capacity, std::size_t i) {
        return capacity.unit[static_cast<std::size_t>(cohort[i].stratum)];
    };
    for (std::size_t c = 0; c < plan_.capacities.size(); ++c) {
        Capacity const& capacity = plan_.capacities[c];
        if (capacity.state != state) {
            continue;
        }
        std::vector<Claim> claims;
        for (std::size_t i = 0; i < cohort.size(); ++i) {
            bool const asks = unit(capacity, i) > 0;
            claims.push_back({asks ? let[i] : 0, asks ? unit(capacity, i) : 1});
        }
        std::int64_t supply = closed_[c] ? 0 : left_[c];
        auto const taken = ration(claims, supply, capacity.shortage);
        for (std::size_t i = 0; i < cohort.size(); ++i) {
            if (unit(capacity, i) > 0) {
                closed_[c] =
                    closed_[c] || (taken[i] < let[i] && capacity.shortage == Shortage::stops);
                let[i] = taken[i];
            }
        }
    }
    for (std::size_t i = 0; i < cohort.size(); ++i) {
        for (std::size_t c = 0; c < plan_.capacities.size(); ++c) {
            Capacity const& capacity = plan_.capacities[c];
            std::int64_t const used = capacity.state == state ? let[i] * unit(capacity, i) : 0;
            left_[c] -= used;
            if (capacity.budget >= 0) {
                spent_[static_cast<std::size_t>(capacity.budget)] += used;
            }
        }
        leave(cohort[i], state, let[i]);
    }
}

}  // namespace opgave::detail
