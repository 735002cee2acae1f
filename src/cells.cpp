#include "cells.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace opgave::detail {

Cells::Cells(Plan const& plan, Counts& counts)
    : plan_(plan),
      counts_(counts),
      first_month_(plan.space, plan.grid),
      other_months_(plan.space, plan.grid),
      count_(plan.places() * static_cast<std::size_t>(plan.grid.ages())),
      gone_(static_cast<std::size_t>(plan.grid.ages())),
      left_(static_cast<std::size_t>(plan.grid.groups())),
      taken_(left_.size()),
      rest_(left_.size()),
      batch_(gone_.size()),
      exits_(0, Purpose::exits, 0),
      causes_(0, Purpose::causes, 0) {}

void Cells::begin(std::uint64_t path, Rates const& rates) {
    exits_ = Stream(plan_.run.seed, Purpose::exits, path);
    causes_ = Stream(plan_.run.seed, Purpose::causes, path);
    first_month_.fill(rates, plan_.run.first_month);
    other_months_.fill(rates, 1);
    std::ranges::fill(count_, 0);
    for (StartCell const& start : plan_.start) {
        count_[plan_.place(start.stratum, start.state) *
                   static_cast<std::size_t>(plan_.grid.ages()) +
               static_cast<std::size_t>(start.age)] += start.count;
    }
}

void Cells::take_in(int month, int stratum, int state) {
    std::size_t const place = plan_.place(stratum, state);
    std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
    counts_.total[place] += arriving;
    if (plan_.space.ways(state).empty() || counts_.total[place] == 0) {
        return;
    }
    table_ = month == 0 ? &first_month_ : &other_months_;
    auto const step = static_cast<std::uint32_t>(month);
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    std::int64_t* const count = count_.data() + place * ages;
    grow_older(count);
    count[0] = arriving;
    thin(static_cast<std::uint32_t>(place * ages), step, state, count);
    for (std::size_t age = 0; age < ages; ++age) {
        count[age] -= gone_[age];
    }
    leave(place, step, stratum, state);
}

void Cells::grow_older(std::int64_t* count) const noexcept {
    int const last = plan_.grid.ages() - 1;
    std::int64_t const oldest = count[last];
    std::copy_backward(count, count + last, count + last + 1);
    count[last] += oldest;
}

// Draws how many leave at each age.
void Cells::thin(std::uint32_t address, std::uint32_t month, int state, std::int64_t const* count) {
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        gone_[static_cast<std::size_t>(age)] = 0;
        if (count[age] > 0) {
            batch_.add(address + static_cast<std::uint32_t>(age), count[age],
                       table_->leaving(state, plan_.grid.group(age)),
                       gone_[static_cast<std::size_t>(age)]);
        }
    }
    batch_.draw(exits_, month);
}

// Shares out those who leave over the ways: a multinomial draw as a chain of binomials.
void Cells::leave(std::size_t place, std::uint32_t month, int stratum, int state) {
    auto const& ways = plan_.space.ways(state);
    auto const groups = left_.size();
    for (std::size_t group = 0; group < groups; ++group) {
        left_[group] = std::reduce(gone_.begin() + plan_.grid.first(static_cast<int>(group)),
                                   gone_.begin() + plan_.grid.first(static_cast<int>(group) + 1));
        counts_.total[place] -= left_[group];
    }
    std::ranges::fill(rest_, 1.0);
    for (std::size_t k = 0; k < ways.size(); ++k) {
        bool const last = k + 1 == ways.size();
        std::ranges::copy(left_, taken_.begin());
        for (std::size_t group = 0; group < groups && !last; ++group) {
            double const share = table_->shares(state, static_cast<int>(group))[k];
            double const part = std::min(1.0, share / std::max(share, rest_[group]));
            rest_[group] -= share;
            if (left_[group] > 0) {
                std::size_t const address = (k * plan_.places() + place) * groups + group;
                batch_.add(static_cast<std::uint32_t>(address), left_[group],
                           chance_of_probability(part), taken_[group]);
            }
        }
        batch_.draw(causes_, month);
        std::int64_t& to = (ways[k].cascades ? counts_.arriving
                                             : counts_.returning)[plan_.place(stratum, ways[k].to)];
        for (std::size_t group = 0; group < groups; ++group) {
            to += taken_[group];
            left_[group] -= taken_[group];
        }
    }
}

// Moves back take effect at the end of the month.
void Cells::end(int /*month*/) {
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    for (std::size_t place = 0; place < plan_.places(); ++place) {
        std::int64_t const back = std::exchange(counts_.returning[place], 0);
        count_[place * ages] += back;
        counts_.total[place] += back;
    }
}

}  // namespace opgave::detail
