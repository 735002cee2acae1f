#include "walker.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace opgave::detail {

Plan::Plan(Hazards const& hazards_, Cohorts const& cohorts, Run const& run_)
    : hazards(hazards_),
      run(run_),
      space(hazards_),
      grid(hazards_.band_edges_months()),
      start(start_cells(hazards_.trajectory(), space, grid, cohorts, run_.strata)) {}

Walker::Walker(Plan const& plan)
    : plan_(plan),
      first_month_(plan.space, plan.grid),
      other_months_(plan.space, plan.grid),
      blocks_((plan.grid.groups() + 1) / 2),
      exits_(0, Purpose::exits, 0),
      leavers_(0, Purpose::leavers, 0),
      causes_(0, Purpose::causes, 0) {
    auto const cells = static_cast<std::size_t>(plan.run.strata * plan.space.size());
    count_.resize(cells * static_cast<std::size_t>(plan.grid.ages()));
    total_.resize(cells);
    arriving_.resize(cells);
    returning_.resize(cells);
}

void Walker::walk(std::uint64_t path, Projection& out) {
    begin(path);
    Approach approach(plan_.run.pools);
    std::vector<std::int64_t> const entries = planned_entries(path);
    check_size(entries);
    for (int month = 0; month < plan_.run.months; ++month) {
        step_ = static_cast<std::uint32_t>(month);
        table_ = month == 0 ? &first_month_ : &other_months_;
        enter(approach, entries[static_cast<std::size_t>(month)]);
        for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
            for (int state = 0; state < plan_.space.size(); ++state) {
                advance(stratum, state);
            }
        }
        finish_month();
        record(path, month, approach, out);
    }
}

void Walker::begin(std::uint64_t path) {
    std::uint64_t const seed = plan_.run.seed;
    exits_ = Stream(seed, Purpose::exits, path);
    leavers_ = Stream(seed, Purpose::leavers, path);
    causes_ = Stream(seed, Purpose::causes, path);
    Rates const rates = plan_.hazards.draw(seed, path);
    first_month_.fill(rates, plan_.run.first_month);
    other_months_.fill(rates, 1);
    std::ranges::fill(count_, 0);
    std::ranges::fill(total_, 0);
    for (StartCell const& start : plan_.start) {
        std::size_t const c = cell(start.stratum, start.state);
        count_[c * static_cast<std::size_t>(plan_.grid.ages()) +
               static_cast<std::size_t>(start.age)] += start.count;
        total_[c] += start.count;
    }
}

std::vector<std::int64_t> Walker::planned_entries(std::uint64_t path) const {
    Run const& run = plan_.run;
    std::vector<double> factor(static_cast<std::size_t>(run.months), 1.0);
    double const sd = run.scenario.adherence_sd;
    if (sd > 0) {
        Stream const stream(run.seed, Purpose::inflow, path);
        double const shape = 1 / (sd * sd);
        for (std::size_t month = 0; month < factor.size(); ++month) {
            int const year = run.year.empty() ? static_cast<int>(month / 12) : run.year[month];
            factor[month] = gamma(stream, static_cast<std::uint32_t>(year), 0, shape) / shape;
        }
    }
    return detail::planned_entries(run.scenario.inflow, factor, run.first_month);
}

void Walker::check_size(std::vector<std::int64_t> const& entries) const {
    std::int64_t size = std::reduce(total_.begin(), total_.end());
    if (plan_.run.pools.empty()) {
        size += std::reduce(entries.begin(), entries.end());
    }
    for (Pool const& pool : plan_.run.pools) {
        size += pool.count;
    }
    if (size > std::numeric_limits<std::int32_t>::max()) {
        throw std::runtime_error("a projection holds at most 2147483647 dwellings, got " +
                                 std::to_string(size));
    }
}

void Walker::enter(Approach& approach, std::int64_t wanted) {
    if (plan_.run.pools.empty()) {
        arriving_[cell(0, 0)] += wanted;
        return;
    }
    approach.take(wanted, [&](int stratum, std::int64_t count) {
        arriving_[cell(stratum, 0)] += count;
    });
}

void Walker::advance(int stratum, int state) {
    std::size_t const c = cell(stratum, state);
    std::int64_t const arriving = arriving_[c];
    if (total_[c] == 0 && arriving == 0) {
        return;
    }
    arriving_[c] = 0;
    total_[c] += arriving;
    if (plan_.space.ways(state).empty()) {
        return;
    }
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    Place const place{stratum, state,
                      static_cast<std::uint32_t>(c * (static_cast<std::size_t>(blocks_) + ages)),
                      count_.data() + c * ages};
    grow_older(place.count);
    place.count[0] = arriving;
    Block words{};
    int block = -1;
    for (int group = 0; group < plan_.grid.groups(); ++group) {
        std::int64_t const present = std::reduce(place.count + plan_.grid.first(group),
                                                 place.count + plan_.grid.first(group + 1));
        if (present == 0) {
            continue;
        }
        if (block != group / 2) {
            block = group / 2;
            words = exits_.bits(place.cell + static_cast<std::uint32_t>(block), step_);
        }
        auto const w = static_cast<std::size_t>(group % 2 * 2);
        total_[c] -= thin(place, group, present, uniform(words[w], words[w + 1]));
    }
}

void Walker::grow_older(std::int64_t* count) const noexcept {
    int const last = plan_.grid.ages() - 1;
    std::int64_t const oldest = count[last];
    std::copy_backward(count, count + last, count + last + 1);
    count[last] += oldest;
}

// Draws who leaves among the ages of one group; returns how many.
std::int64_t Walker::thin(Place const& place, int group, std::int64_t present, double u) {
    Chance const& chance = table_->leaving(place.state, group);
    return is_small(present, chance) && !chance.exchanged ? thin_few(place, group, present, u)
                                                          : thin_many(place, group);
}

std::int64_t Walker::thin_few(Place const& place, int group, std::int64_t present, double u) {
    Inverted const drawn = invert(u, present, table_->leaving(place.state, group));
    if (drawn.count == 0) {
        return 0;
    }
    let_go(place, group, present, drawn.rest);
    Block words{};
    for (std::int64_t i = 1; i < drawn.count; ++i) {
        if (i % 2 == 1) {
            words = leavers_.bits(place.cell + static_cast<std::uint32_t>(group), step_,
                                  static_cast<std::uint32_t>(i / 2));
        }
        auto const w = static_cast<std::size_t>(i % 2 * 2);
        let_go(place, group, present - i, uniform(words[w], words[w + 1]));
    }
    return drawn.count;
}

// Lets one of `present` dwellings go; `u` says why, and what is left of it says which.
void Walker::let_go(Place const& place, int group, std::int64_t present, double u) {
    auto const& ways = plan_.space.ways(place.state);
    double const* const share = table_->shares(place.state, group);
    std::size_t k = 0;
    while (u >= share[k] && k + 1 < ways.size()) {
        u -= share[k];
        ++k;
    }
    while (share[k] == 0) {  // rounding took u beyond the last way that is possible
        --k;
    }
    arrive(place.stratum, ways[k], 1);
    double const rest = std::min(u / share[k], 1.0);
    std::int64_t index =
        std::min(static_cast<std::int64_t>(rest * static_cast<double>(present)), present - 1);
    int age = plan_.grid.first(group);
    while (index >= place.count[age]) {
        index -= place.count[age];
        ++age;
    }
    --place.count[age];
}

std::int64_t Walker::thin_many(Place const& place, int group) {
    Chance const& chance = table_->leaving(place.state, group);
    std::int64_t gone = 0;
    for (int age = plan_.grid.first(group); age < plan_.grid.first(group + 1); ++age) {
        auto const address = place.cell + static_cast<std::uint32_t>(blocks_ + age);
        auto const source = [&](std::uint32_t k) { return exits_.bits(address, step_, k); };
        std::int64_t const k = draw_binomial(source, place.count[age], chance);
        place.count[age] -= k;
        gone += k;
    }
    share_out(place, group, gone);
    return gone;
}

// Why they leave: a multinomial draw as a chain of binomials.
void Walker::share_out(Place const& place, int group, std::int64_t gone) {
    auto const& ways = plan_.space.ways(place.state);
    double const* const share = table_->shares(place.state, group);
    double rest = 1;
    for (std::size_t k = 0; k + 1 < ways.size() && gone > 0; ++k) {
        // Each way has 512 attempts to itself and uses a handful.
        auto const offset = static_cast<std::uint32_t>(k) * 512;
        auto const source = [&](std::uint32_t attempt) {
            return causes_.bits(place.cell + static_cast<std::uint32_t>(group), step_,
                                offset + attempt);
        };
        Chance const chance = chance_of_probability(std::min(1.0, share[k] / rest));
        std::int64_t const count = draw_binomial(source, gone, chance);
        arrive(place.stratum, ways[k], count);
        gone -= count;
        rest -= share[k];
    }
    arrive(place.stratum, ways.back(), gone);
}

void Walker::arrive(int stratum, Way const& way, std::int64_t count) noexcept {
    (way.cascades ? arriving_ : returning_)[cell(stratum, way.to)] += count;
}

void Walker::finish_month() noexcept {
    auto const ages = static_cast<std::size_t>(plan_.grid.ages());
    for (std::size_t c = 0; c < returning_.size(); ++c) {
        count_[c * ages] += returning_[c];
        total_[c] += returning_[c];
        returning_[c] = 0;
    }
}

void Walker::record(std::uint64_t path, int month, Approach const& approach,
                    Projection& out) const {
    std::size_t const at =
        path * static_cast<std::size_t>(plan_.run.months) + static_cast<std::size_t>(month);
    for (Pool const& pool : approach.pools()) {
        out.counts(not_started, pool.stratum)[at] += static_cast<std::int32_t>(pool.count);
    }
    for (int stratum = 0; stratum < plan_.run.strata; ++stratum) {
        for (int state = 0; state < plan_.space.size(); ++state) {
            out.counts(plan_.space.state(state), stratum)[at] +=
                static_cast<std::int32_t>(total_[cell(stratum, state)]);
        }
    }
}

}  // namespace opgave::detail
