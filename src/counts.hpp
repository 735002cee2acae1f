#pragma once
// The counts of the path at hand.

#include "plan.hpp"
#include "queues.hpp"

#include <cstdint>
#include <vector>

namespace opgave::detail {

// Items by place. A kernel adds to `total`; those who arrive wait in `arriving` until the kernel
// takes them in, in the same month, or in `returning` until its end.
struct Counts {
    explicit Counts(Plan const& plan_)
        : plan(plan_),
          queues(plan_),
          total(plan_.places()),
          arriving(plan_.places()),
          returning(plan_.places()) {}

    // So many take a way. Where slots or money are needed they join the queue.
    void go(int month, int stratum, int from, Way const& way, std::int64_t count) {
        if (way.cascades && plan.is_queued(stratum, way.to)) {
            queues.join(stratum, from, way.to, month, count);
        } else {
            (way.cascades ? arriving : returning)[plan.place(stratum, way.to)] += count;
        }
    }

    Plan const& plan;
    Queues queues;
    std::vector<std::int64_t> total;
    std::vector<std::int64_t> arriving;
    std::vector<std::int64_t> returning;
};

}  // namespace opgave::detail
