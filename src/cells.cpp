#include "cells.hpp"

#include <algorithm>
#include <utility>

namespace opgave::detail {

namespace {

// State by state: all strata of one follow each other.
std::vector<CellRow> rows_of(Plan const& plan) {
    std::vector<CellRow> rows;
    for (int state = 0; state < plan.space.size(); ++state) {
        for (int stratum = 0; stratum < plan.run.strata && !plan.space.ways(state).empty();
             ++stratum) {
            rows.push_back({plan.place(stratum, state), stratum, state});
        }
    }
    return rows;
}

std::size_t most_ways(StateSpace const& space) {
    std::size_t most = 1;
    for (int state = 0; state < space.size(); ++state) {
        most = std::max(most, space.ways(state).size());
    }
    return most;
}

void add(std::size_t size, double const* __restrict from, double* __restrict to) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        to[i] += from[i];
    }
}

}  // namespace

Cells::Cells(Plan const& plan, Pace& pace, Counts& counts)
    : plan_(plan),
      pace_(pace),
      counts_(counts),
      rows_(rows_of(plan)),
      row_of_(plan.places(), -1),
      count_(cell(0, plan.grid.ages())),
      gone_(count_.size()),
      left_(cause(0, plan.grid.groups())),
      taken_(left_.size()),
      arriving_(static_cast<std::size_t>(plan.run.strata)),
      thinned_(arriving_.size()),
      leaving_(count_.size()),
      shares_(most_ways(plan.space), Chances(left_.size())),
      at_once_(shares_.size(), Chances(rows_.size())),
      first_word_(whole_groups(rows_.size() * shares_.size())),
      second_word_(first_word_.size()),
      exits_(0, Purpose::exits, 0),
      causes_(0, Purpose::causes, 0) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        row_of_[rows_[row].place] = static_cast<int>(row);
    }
}

std::size_t Cells::cell(std::size_t row, int age) const noexcept {
    return static_cast<std::size_t>(age) * rows_.size() + row;
}

std::size_t Cells::cause(std::size_t row, int group) const noexcept {
    return static_cast<std::size_t>(group) * rows_.size() + row;
}

std::uint32_t Cells::address(std::size_t way, std::size_t cause) const noexcept {
    return static_cast<std::uint32_t>(way * whole_groups(left_.size()) + cause);
}

std::uint32_t Cells::arrivals() const noexcept {
    return static_cast<std::uint32_t>(whole_groups(count_.size()));
}

void Cells::begin(std::uint64_t path) {
    exits_ = Stream(plan_.run.seed, Purpose::exits, path);
    causes_ = Stream(plan_.run.seed, Purpose::causes, path);
    rates_of_ = -1;
    month_ = -1;
    std::ranges::fill(count_, 0);
    for (StartCell const& start : plan_.start) {
        int const row = row_of_[plan_.place(start.stratum, start.state)];
        if (row >= 0) {
            count_[cell(static_cast<std::size_t>(row), start.age)] +=
                static_cast<double>(start.count);
        }
    }
}

void Cells::take_in(int month, int state) {
    if (month != month_) {
        start(month);
    }
    std::size_t const first = plan_.place(0, state);
    for (std::size_t stratum = 0; stratum < arriving_.size(); ++stratum) {
        std::size_t const place = first + stratum * static_cast<std::size_t>(plan_.space.size());
        std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
        counts_.total[place] += arriving;
        arriving_[stratum] = static_cast<double>(arriving);
    }
    if (row_of_[first] >= 0 && std::ranges::any_of(arriving_, [](double n) { return n > 0; })) {
        thin_arrivals(static_cast<std::size_t>(row_of_[first]));
    }
}

// Thins all who were there before the month: their numbers depend on no arrival of the month.
void Cells::start(int month) {
    month_ = month;
    use_rates(month);
    number_cells(exits_, static_cast<std::uint32_t>(month), arrivals(), first_word_, second_word_);
    grow_older();
    batch_.draw(exits_, static_cast<std::uint32_t>(month), 0, leaving_, count_, gone_);
    for (std::size_t i = 0; i < count_.size(); ++i) {
        count_[i] -= gone_[i];
    }
    leave();
}

void Cells::use_rates(int month) {
    bool const unchanged = plan_.is_steady() && rates_of_ > 0;
    if (unchanged) {
        return;
    }
    rates_of_ = month;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        auto const [place, stratum, state] = rows_[row];
        int const rate_class = plan_.class_of[static_cast<std::size_t>(stratum)];
        StepTable const& table = pace_.table(rate_class, month);
        for (int age = 0; age < plan_.grid.ages(); ++age) {
            leaving_.set(cell(row, age), table.leaving(state, plan_.grid.group(age)));
        }
        for (int group = 0; group < plan_.grid.groups(); ++group) {
            share_out(table, row, group);
        }
    }
}

// The chance of each way for those who take none of the ways before it: among those who leave, and
// among those who arrive in the month.
void Cells::share_out(StepTable const& table, std::size_t row, int group) {
    int const state = rows_[row].state;
    std::size_t const ways = plan_.space.ways(state).size();
    double const* const share = table.shares(state, group);
    auto const set = [&](std::vector<Chances>& chances, double all) {
        double rest = 1;
        for (std::size_t way = 0; way < ways; ++way) {
            double const part = all * share[way];
            bool const certain = all == 1 && way + 1 == ways;
            chances[way].set(
                cause(row, group),
                chance_of_probability(certain ? 1 : std::min(1.0, part / std::max(part, rest))));
            rest -= part;
        }
    };
    set(shares_, 1);
    if (group == 0) {
        set(at_once_, probability(table.leaving(state, group)));
    }
}

void Cells::grow_older() {
    std::size_t const rows = rows_.size();
    double* const oldest = count_.data() + cell(0, plan_.grid.ages() - 1);
    for (std::size_t row = 0; row < rows; ++row) {
        oldest[row] += *(oldest - rows + row);
    }
    std::copy_backward(count_.data(), oldest - rows, oldest);
    std::fill_n(count_.data(), rows, 0);
}

// Shares out those who leave over the ways: a multinomial draw as a chain of binomials.
void Cells::leave() {
    std::size_t const rows = rows_.size();
    std::ranges::fill(left_, 0);
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        add(rows, gone_.data() + cell(0, age), left_.data() + cause(0, plan_.grid.group(age)));
    }
    for (std::size_t way = 0; way < shares_.size(); ++way) {
        batch_.draw(causes_, static_cast<std::uint32_t>(month_), address(way, 0), shares_[way],
                    left_, taken_);
        for (std::size_t i = 0; i < left_.size(); ++i) {
            left_[i] -= taken_[i];
        }
        take(way);
    }
}

// Those who take a way move together, unless it goes by age: then every group is one age.
void Cells::take(std::size_t way) {
    std::size_t const rows = rows_.size();
    auto const each = [&](bool by_age, auto const& use) {
        for (std::size_t row = 0; row < rows; ++row) {
            auto const& ways = plan_.space.ways(rows_[row].state);
            if (way < ways.size() && ways[way].by_age == by_age) {
                use(row);
            }
        }
    };
    each(true, [&](std::size_t row) {
        auto const& [place, stratum, state] = rows_[row];
        for (int age = 0; age < plan_.grid.groups(); ++age) {
            auto const count = static_cast<std::int64_t>(taken_[cause(row, age)]);
            counts_.go_by_age(stratum, plan_.space.ways(state)[way], age, count);
            counts_.total[place] -= count;
        }
    });
    for (int group = 1; group < plan_.grid.groups(); ++group) {
        add(rows, taken_.data() + cause(0, group), taken_.data());
    }
    each(false, [&](std::size_t row) { move(row, way, static_cast<std::int64_t>(taken_[row])); });
}

void Cells::move(std::size_t row, std::size_t way, std::int64_t count) {
    auto const& [place, stratum, state] = rows_[row];
    counts_.go(month_, stratum, state, plan_.space.ways(state)[way], count);
    counts_.total[place] -= count;
}

// As `start` does, for those who arrive in the month in all strata of a state: way by way, as each
// depends on the one before. Their numbers are those of cells beyond the other ones.
void Cells::thin_arrivals(std::size_t first_row) {
    std::size_t const ways = plan_.space.ways(rows_[first_row].state).size();
    for (std::size_t way = 0; way < ways; ++way) {
        std::size_t const at = way * rows_.size() + first_row;
        batch_.draw(exits_, static_cast<std::uint32_t>(month_),
                    {.first = arrivals() + static_cast<std::uint32_t>(at),
                     .size = arriving_.size(),
                     .first_word = first_word_.data() + at,
                     .second_word = second_word_.data() + at},
                    at_once_[way], first_row, arriving_.data(), thinned_.data());
        for (std::size_t i = 0; i < arriving_.size(); ++i) {
            move(first_row + i, way, static_cast<std::int64_t>(thinned_[i]));
            arriving_[i] -= thinned_[i];
        }
    }
    std::ranges::copy(arriving_, count_.data() + cell(first_row, 0));
}

// Moves back take effect at the end of the month.
void Cells::end(int /*month*/) {
    counts_.come_back([&](int stratum, int state, int age, std::int64_t count) {
        if (int const row = row_of_[plan_.place(stratum, state)]; row >= 0) {
            count_[cell(static_cast<std::size_t>(row), age)] += static_cast<double>(count);
        }
    });
}

}  // namespace opgave::detail
