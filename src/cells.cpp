#include "cells.hpp"

#include <algorithm>
#include <span>
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

void add(std::size_t size, double const* __restrict from, double* __restrict to) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        to[i] += from[i];
    }
}

}  // namespace

Cells::Cells(Plan const& plan, std::vector<Path>& paths)
    : plan_(plan),
      paths_(paths),
      rows_(rows_of(plan)),
      row_of_(plan.places(), -1),
      count_(cell(0, plan.grid.ages())),
      gone_(count_.size()),
      left_(cell(0, plan.grid.groups())),
      taken_(left_.size()),
      arriving_(static_cast<std::size_t>(plan.run.strata) * lanes),
      thinned_(arriving_.size()),
      leaving_(count_.size()),
      shares_(plan.space.most_ways(), Chances(left_.size())),
      at_once_(shares_.size(), Chances(cell(0, 1))),
      words_(rows_.size() * shares_.size()),
      exits_(0, Purpose::exits, 0),
      causes_(0, Purpose::causes, 0) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        row_of_[rows_[row].place] = static_cast<int>(row);
    }
}

std::size_t Cells::cell(std::size_t row, int age) const noexcept {
    return (static_cast<std::size_t>(age) * rows_.size() + row) * lanes;
}

std::uint32_t Cells::arrivals() const noexcept {
    return static_cast<std::uint32_t>(whole_groups(count_.size() / lanes));
}

void Cells::begin(std::uint64_t first, std::size_t paths) {
    exits_ = Stream(plan_.run.seed, Purpose::exits, first);
    causes_ = Stream(plan_.run.seed, Purpose::causes, first);
    working_ = paths;
    rates_of_ = -1;
    month_ = -1;
    std::ranges::fill(count_, 0);
    for (StartCell const& start : plan_.start) {
        int const row = row_of_[plan_.place(start.stratum, start.state)];
        for (std::size_t lane = 0; lane < working_ && row >= 0; ++lane) {
            count_[cell(static_cast<std::size_t>(row), start.age) + lane] +=
                static_cast<double>(start.count);
        }
    }
}

void Cells::take_in(int month, int state) {
    if (month != month_) {
        start(month);
    }
    std::size_t const first = plan_.place(0, state);
    bool is_empty = true;
    for (std::size_t lane = 0; lane < working_; ++lane) {
        Counts& counts = paths_[lane].counts;
        for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
            std::size_t const place = plan_.place(stratum, state);
            std::int64_t const arriving = std::exchange(counts.arriving[place], 0);
            counts.total[place] += arriving;
            arriving_[static_cast<std::size_t>(stratum) * lanes + lane] =
                static_cast<double>(arriving);
            is_empty = is_empty && arriving == 0;
        }
    }
    if (row_of_[first] >= 0 && !is_empty) {
        thin_arrivals(static_cast<std::size_t>(row_of_[first]));
    }
}

// Thins all who were there before the month: their numbers depend on no arrival of the month.
void Cells::start(int month) {
    month_ = month;
    use_rates(month);
    Numbers const exits{exits_, static_cast<std::uint32_t>(month)};
    words_.number(exits, arrivals());
    grow_older();
    batch_.take(exits, 0, leaving_, count_, gone_);
    leave();
}

void Cells::use_rates(int month) {
    std::span const paths = std::span(paths_).first(working_);
    bool const unchanged = rates_of_ >= 0 && std::ranges::all_of(paths, [&](Path const& path) {
                               return path.pace.are_alike(month, rates_of_);
                           });
    if (unchanged) {
        return;
    }
    auto const regime = [&](int at) { return plan_.regime[static_cast<std::size_t>(at)]; };
    bool const same_shares = rates_of_ >= 0 && regime(month) == regime(rates_of_);
    rates_of_ = month;
    for (std::size_t lane = 0; lane < working_; ++lane) {
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            int const rate_class = plan_.class_of[static_cast<std::size_t>(rows_[row].stratum)];
            StepTable const& table = paths_[lane].pace.table(rate_class, month);
            set_leaving(table, row, lane);
            if (!same_shares) {
                set_shares(table, row, lane);
            }
        }
    }
}

// Where so many of one leave: the chance of each way for those who take none of the ways before it.
void Cells::share_out(double leaving, double const* share, int state, std::size_t at,
                      std::vector<Chances>& chances) const {
    std::size_t const ways = plan_.space.ways(state).size();
    double rest = 1;
    for (std::size_t way = 0; way < ways; ++way) {
        double const part = leaving * share[way];
        bool const certain = leaving == 1 && way + 1 == ways;
        chances[way].set(
            at, chance_of_probability(certain ? 1 : std::min(1.0, part / std::max(part, rest))));
        rest -= part;
    }
}

void Cells::set_leaving(StepTable const& table, std::size_t row, std::size_t lane) {
    int const state = rows_[row].state;
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        leaving_.set(cell(row, age) + lane, table.leaving(state, plan_.grid.group(age)));
    }
    share_out(probability(table.leaving(state, 0)), table.shares(state, 0), state,
              cell(row, 0) + lane, at_once_);
}

void Cells::set_shares(StepTable const& table, std::size_t row, std::size_t lane) {
    int const state = rows_[row].state;
    for (int group = 0; group < plan_.grid.groups(); ++group) {
        share_out(1, table.shares(state, group), state, cell(row, group) + lane, shares_);
    }
}

void Cells::grow_older() {
    std::size_t const one_age = cell(0, 1);
    double* const oldest = count_.data() + cell(0, plan_.grid.ages() - 1);
    add(one_age, oldest - one_age, oldest);
    std::copy_backward(count_.data(), oldest - one_age, oldest);
    std::fill_n(count_.data(), one_age, 0);
}

// Shares out those who leave over the ways: a multinomial draw as a chain of binomials.
void Cells::leave() {
    Numbers const causes{causes_, static_cast<std::uint32_t>(month_)};
    std::size_t const of_way = whole_groups(left_.size() / lanes);
    std::ranges::fill(left_, 0);
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        add(cell(0, 1), gone_.data() + cell(0, age), left_.data() + cell(0, plan_.grid.group(age)));
    }
    for (std::size_t way = 0; way < shares_.size(); ++way) {
        batch_.take(causes, static_cast<std::uint32_t>(way * of_way), shares_[way], left_, taken_);
        take(way);
    }
}

// Those who take a way move together, unless it goes by age: then every group is one age.
void Cells::take(std::size_t way) {
    auto const each = [&](bool by_age, auto const& use) {
        for (std::size_t row = 0; row < rows_.size(); ++row) {
            auto const& ways = plan_.space.ways(rows_[row].state);
            if (way < ways.size() && ways[way].by_age == by_age) {
                use(row);
            }
        }
    };
    each(true, [&](std::size_t row) {
        auto const& [place, stratum, state] = rows_[row];
        for (int age = 0; age < plan_.grid.groups(); ++age) {
            for (std::size_t lane = 0; lane < working_; ++lane) {
                Counts& counts = paths_[lane].counts;
                auto const count = static_cast<std::int64_t>(taken_[cell(row, age) + lane]);
                counts.go_by_age(stratum, plan_.space.ways(state)[way], age, count);
                counts.total[place] -= count;
            }
        }
    });
    for (int group = 1; group < plan_.grid.groups(); ++group) {
        add(cell(0, 1), taken_.data() + cell(0, group), taken_.data());
    }
    each(false, [&](std::size_t row) { move(row, way, taken_.data() + cell(row, 0)); });
}

void Cells::move(std::size_t row, std::size_t way, double const* count) {
    auto const& [place, stratum, state] = rows_[row];
    for (std::size_t lane = 0; lane < working_; ++lane) {
        Counts& counts = paths_[lane].counts;
        auto const moving = static_cast<std::int64_t>(count[lane]);
        counts.go(month_, stratum, state, plan_.space.ways(state)[way], moving);
        counts.total[place] -= moving;
    }
}

// As `start` does, for those who arrive in the month in all strata of a state: way by way, as each
// depends on the one before. Their numbers are those of cells beyond the other ones.
void Cells::thin_arrivals(std::size_t first_row) {
    Numbers const exits{exits_, static_cast<std::uint32_t>(month_)};
    std::size_t const ways = plan_.space.ways(rows_[first_row].state).size();
    for (std::size_t way = 0; way < ways; ++way) {
        std::size_t const at = way * rows_.size() + first_row;
        batch_.take(exits,
                    {.first = arrivals() + static_cast<std::uint32_t>(at),
                     .first_word = words_.first(at),
                     .second_word = words_.second(at)},
                    at_once_[way], cell(first_row, 0), arriving_, thinned_);
        for (std::size_t i = 0; i < arriving_.size(); i += lanes) {
            move(first_row + i / lanes, way, thinned_.data() + i);
        }
    }
    std::ranges::copy(arriving_, count_.data() + cell(first_row, 0));
}

// Moves back take effect at the end of the month.
void Cells::end(int /*month*/) {
    for (std::size_t lane = 0; lane < working_; ++lane) {
        paths_[lane].counts.come_back([&](int stratum, int state, int age, std::int64_t count) {
            if (int const row = row_of_[plan_.place(stratum, state)]; row >= 0) {
                count_[cell(static_cast<std::size_t>(row), age) + lane] +=
                    static_cast<double>(count);
            }
        });
    }
}

}  // namespace opgave::detail
