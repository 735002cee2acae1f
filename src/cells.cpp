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

// Where a part of all leaves: `set(way, chance)` is told the chance of each way for those who take
// none of the ways before it.
template <typename Set>
void share_out(double leaving, std::span<double const> share, Set const& set) {
    double rest = 1;
    for (std::size_t way = 0; way < share.size(); ++way) {
        double const part = leaving * share[way];
        bool const certain = leaving == 1 && way + 1 == share.size();
        set(way, chance_of_probability(certain ? 1 : std::min(1.0, part / std::max(part, rest))));
        rest -= part;
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
      leaving_(chance(0, 0, plan.grid.ages())),
      shares_(plan.space.most_ways(), Chances(chance(0, 0, plan.grid.groups()))),
      at_once_(shares_.size(), Chances(chance(0, 0, 1))),
      words_(rows_.size() * shares_.size()),
      exits_(0, Purpose::exits, 0),
      causes_(0, Purpose::causes, 0) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        row_of_[rows_[row].place] = static_cast<int>(row);
    }
    for (int age = 0; age < plan.grid.ages(); ++age) {
        for (CellRow const& row : rows_) {
            int const rate_class = plan.class_of[static_cast<std::size_t>(row.stratum)];
            chance_of_.push_back(static_cast<std::uint32_t>(chance(rate_class, row.state, age)));
        }
    }
}

std::size_t Cells::cell(std::size_t row, int age) const noexcept {
    return (static_cast<std::size_t>(age) * rows_.size() + row) * lanes;
}

// States of one name have their chances in common.
std::size_t Cells::chance(int rate_class, int state, int age) const noexcept {
    auto const classes = static_cast<int>(plan_.classes.size());
    int const named = rate_class * plan_.space.states() + plan_.space.state(state);
    return static_cast<std::size_t>(age * classes * plan_.space.states() + named);
}

BinomialBatch::Draws Cells::draws(Chances const& chances, std::vector<double>& n,
                                  std::vector<double>& result,
                                  std::size_t first_row) const noexcept {
    return {chances, std::span(chance_of_).subspan(first_row), n, result};
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
    std::ranges::fill(arriving_, 0);
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
    StepNumbers const exits{exits_, static_cast<std::uint32_t>(month)};
    words_.number(exits, arrivals());
    grow_older();
    batch_.take(exits, 0, draws(leaving_, count_, gone_));
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
    bool const same_shares = rates_of_ >= 0 && plan_.have_equal_levers(month, rates_of_);
    rates_of_ = month;
    for (std::size_t lane = 0; lane < working_; ++lane) {
        for (int rate_class = 0; rate_class < static_cast<int>(plan_.classes.size());
             ++rate_class) {
            StepTable const& table = paths_[lane].pace.table(rate_class, month);
            for (State name = 0; name < plan_.space.states(); ++name) {
                int const state = plan_.space.index(name);
                set_leaving(table, rate_class, state, lane);
                if (!same_shares) {
                    set_shares(table, rate_class, state, lane);
                }
            }
        }
    }
}

void Cells::set_leaving(StepTable const& table, int rate_class, int state, std::size_t lane) {
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        leaving_.set(chance(rate_class, state, age), lane,
                     table.leaving(state, plan_.grid.group(age)));
    }
    std::span const share(table.shares(state, 0), plan_.space.ways(state).size());
    share_out(probability(table.leaving(state, 0)), share, [&](std::size_t way, Chance const& to) {
        at_once_[way].set(chance(rate_class, state, 0), lane, to);
    });
}

void Cells::set_shares(StepTable const& table, int rate_class, int state, std::size_t lane) {
    for (int group = 0; group < plan_.grid.groups(); ++group) {
        std::span const share(table.shares(state, group), plan_.space.ways(state).size());
        share_out(1, share, [&](std::size_t way, Chance const& to) {
            shares_[way].set(chance(rate_class, state, group), lane, to);
        });
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
    StepNumbers const causes{causes_, static_cast<std::uint32_t>(month_)};
    std::size_t const of_way = whole_groups(left_.size() / lanes);
    std::ranges::fill(left_, 0);
    for (int age = 0; age < plan_.grid.ages(); ++age) {
        add(cell(0, 1), gone_.data() + cell(0, age), left_.data() + cell(0, plan_.grid.group(age)));
    }
    for (std::size_t way = 0; way < shares_.size(); ++way) {
        batch_.take(causes, static_cast<std::uint32_t>(way * of_way),
                    draws(shares_[way], left_, taken_));
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
    StepNumbers const exits{exits_, static_cast<std::uint32_t>(month_)};
    std::size_t const ways = plan_.space.ways(rows_[first_row].state).size();
    for (std::size_t way = 0; way < ways; ++way) {
        std::size_t const at = way * rows_.size() + first_row;
        batch_.take(exits, arrivals() + static_cast<std::uint32_t>(at), words_, at,
                    draws(at_once_[way], arriving_, thinned_, first_row));
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
