#include "cells.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace opgave::detail {

namespace {

std::vector<CellRow> rows_of(Plan const& plan) {
    std::vector<CellRow> rows;
    for (int stratum = 0; stratum < plan.run.strata; ++stratum) {
        for (int state = 0; state < plan.space.size(); ++state) {
            if (!plan.space.ways(state).empty()) {
                rows.push_back({plan.place(stratum, state), stratum, state});
            }
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

}  // namespace

Cells::Cells(Plan const& plan, Pace& pace, Counts& counts)
    : plan_(plan),
      pace_(pace),
      counts_(counts),
      rows_(rows_of(plan)),
      row_of_(plan.places(), -1),
      count_(cell(rows_.size(), 0)),
      gone_(count_.size()),
      left_(cause(rows_.size(), 0)),
      taken_(left_.size()),
      leaving_(count_.size()),
      shares_(most_ways(plan.space), Chances(left_.size())),
      first_word_((rows_.size() * shares_.size() + 1) / 2 * 2),
      second_word_(first_word_.size()),
      exits_(0, Purpose::exits, 0),
      causes_(0, Purpose::causes, 0) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        row_of_[rows_[row].place] = static_cast<int>(row);
    }
}

std::size_t Cells::cell(std::size_t row, int age) const noexcept {
    return row * static_cast<std::size_t>(plan_.grid.ages()) + static_cast<std::size_t>(age);
}

std::size_t Cells::cause(std::size_t row, int group) const noexcept {
    return row * static_cast<std::size_t>(plan_.grid.groups()) + static_cast<std::size_t>(group);
}

std::uint32_t Cells::address(std::size_t way, std::size_t cause) const noexcept {
    std::size_t const stride = left_.size() + left_.size() % 2;  // ways share no block
    return static_cast<std::uint32_t>(way * stride + cause);
}

std::uint32_t Cells::arrivals() const noexcept {
    return static_cast<std::uint32_t>(count_.size() + count_.size() % 2);
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

void Cells::take_in(int month, int stratum, int state) {
    if (month != month_) {
        start(month);
    }
    std::size_t const place = plan_.place(stratum, state);
    std::int64_t const arriving = std::exchange(counts_.arriving[place], 0);
    counts_.total[place] += arriving;
    if (row_of_[place] >= 0) {
        thin_arrivals(static_cast<std::size_t>(row_of_[place]), arriving);
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

// The chance of each way for those who take none of the ways before it.
void Cells::share_out(StepTable const& table, std::size_t row, int group) {
    std::size_t const ways = plan_.space.ways(rows_[row].state).size();
    double const* const share = table.shares(rows_[row].state, group);
    double rest = 1;
    for (std::size_t way = 0; way < ways; ++way) {
        double const part =
            way + 1 == ways ? 1 : std::min(1.0, share[way] / std::max(share[way], rest));
        shares_[way].set(cause(row, group), chance_of_probability(part));
        rest -= share[way];
    }
}

void Cells::grow_older() {
    int const last = plan_.grid.ages() - 1;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        double* const count = count_.data() + cell(row, 0);
        double const oldest = count[last];
        std::copy_backward(count, count + last, count + last + 1);
        count[last] += oldest;
        count[0] = 0;
    }
}

// Shares out those who leave over the ways: a multinomial draw as a chain of binomials.
void Cells::leave() {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        for (int group = 0; group < plan_.grid.groups(); ++group) {
            auto const* const gone = gone_.data() + cell(row, 0);
            left_[cause(row, group)] = std::accumulate(gone + plan_.grid.first(group),
                                                       gone + plan_.grid.first(group + 1), 0.0);
        }
    }
    for (std::size_t way = 0; way < shares_.size(); ++way) {
        batch_.draw(causes_, static_cast<std::uint32_t>(month_), address(way, 0), shares_[way],
                    left_, taken_);
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            if (way < plan_.space.ways(rows_[row].state).size()) {
                take(row, way);
            }
        }
        for (std::size_t i = 0; i < left_.size(); ++i) {
            left_[i] -= taken_[i];
        }
    }
}

// Those who take a way move together, unless it goes by age: then every group is one age.
void Cells::take(std::size_t row, std::size_t way) {
    auto const taken = taken_.begin() + static_cast<std::ptrdiff_t>(cause(row, 0));
    int const groups = plan_.grid.groups();
    if (!plan_.space.ways(rows_[row].state)[way].by_age) {
        move(row, way, static_cast<std::int64_t>(std::accumulate(taken, taken + groups, 0.0)));
        return;
    }
    for (int age = 0; age < groups; ++age) {
        move(row, way, static_cast<std::int64_t>(taken[age]), age);
    }
}

void Cells::move(std::size_t row, std::size_t way, std::int64_t count, int age) {
    auto const& [place, stratum, state] = rows_[row];
    counts_.go(month_, stratum, state, plan_.space.ways(state)[way], count, age);
    counts_.total[place] -= count;
}

// As `start` does, for those who arrive in the month: one draw after the other, as each depends on
// the one before. Their numbers are those of cells beyond the other ones.
void Cells::thin_arrivals(std::size_t row, std::int64_t arriving) {
    auto const& ways = plan_.space.ways(rows_[row].state);
    auto const draw = [&](std::size_t number, std::int64_t n, Chance const& chance) {
        std::size_t const i = row * shares_.size() + number;
        auto const source = [&](std::uint32_t attempt) {
            return attempt == 0 ? Words{first_word_[i], second_word_[i]}
                                : batch_words(exits_, arrivals() + static_cast<std::uint32_t>(i),
                                              static_cast<std::uint32_t>(month_), attempt);
        };
        return draw_binomial(source, n, chance);
    };
    if (arriving == 0) {
        return;
    }
    std::size_t const youngest = cell(row, 0);
    std::int64_t left = draw(0, arriving, leaving_[youngest]);
    count_[youngest] = static_cast<double>(arriving - left);
    for (std::size_t way = 0; way + 1 < ways.size() && left > 0; ++way) {
        std::int64_t const taken = draw(way + 1, left, shares_[way][cause(row, 0)]);
        move(row, way, taken);
        left -= taken;
    }
    move(row, ways.size() - 1, left);
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
