#pragma once
// The counts of the path at hand.

#include "plan.hpp"
#include "queues.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace opgave::detail {

// Items by place. A kernel adds to `total`; those who arrive wait in `arriving` until the kernel
// takes them in, in the same month, or in `returning` until its end: by stratum, state and age.
struct Counts {
    explicit Counts(Plan const& plan_)
        : plan(plan_),
          queues(plan_),
          total(plan_.places()),
          arriving(plan_.places()),
          backs(plan_.space.backs().size()),
          returning(back(plan_.run.strata, 0)) {}

    // So many take a way out of a state. Where slots or money are needed they join the queue.
    void go(int month, int stratum, int from, Way const& way, std::int64_t count) {
        if (way.cascades && plan.is_queued(stratum, way.to)) {
            queues.join(stratum, from, way.to, month, count);
        } else {
            (way.cascades ? arriving[plan.place(stratum, way.to)]
                          : returning[back(stratum, way.back)]) += count;
        }
    }
    // The same at an age, by which the way goes: to a pause, for which nobody queues.
    void go_by_age(int stratum, Way const& way, int age, std::int64_t count) {
        arriving[plan.place(stratum, way.to + age)] += count;
    }

    // `enter(stratum, state, age, count)` is told of those who come back to a state at an age.
    template <typename Enter>
    void come_back(Enter const& enter) {
        std::size_t at = 0;
        for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
            for (auto const& [state, age] : plan.space.backs()) {
                std::int64_t const count = std::exchange(returning[at++], 0);
                if (count > 0) {
                    total[plan.place(stratum, state)] += count;
                    enter(stratum, state, age, count);
                }
            }
        }
    }

    [[nodiscard]] std::size_t back(int stratum, std::size_t back) const {
        return static_cast<std::size_t>(stratum) * backs + back;
    }

    Plan const& plan;
    Queues queues;
    std::vector<std::int64_t> total;
    std::vector<std::int64_t> arriving;
    std::size_t backs;  // per stratum
    std::vector<std::int64_t> returning;
};

}  // namespace opgave::detail
