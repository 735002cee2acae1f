#include "net_mixture.hpp"

#include "elementary.hpp"

#include <algorithm>
#include <cmath>

namespace opgave::detail {

namespace {

// Calls take(low, high) for each interval between the cuts in (0, 1).
template <class Take>
void each_interval(std::vector<double> const& cuts, Take const& take) {
    double low = 0;
    for (double const cut : cuts) {
        if (cut > low) {
            take(low, cut);
            low = cut;
        }
    }
    if (low < 1) {
        take(low, 1.0);
    }
}

std::int64_t floor_divide(std::int64_t value, std::int64_t step) {
    return value / step - (value % step < 0 ? 1 : 0);
}

void to_lattice(std::span<Outcome const> outcomes, std::int64_t step, std::vector<Outcome>& to) {
    to.clear();
    auto const put = [&](std::int64_t value, double probability) {
        auto const found = std::ranges::find(to, value, &Outcome::value);
        if (found != to.end()) {
            found->probability += probability;
        } else if (probability > 0) {
            to.push_back({value, probability});
        }
    };
    for (auto const& [value, probability] : outcomes) {
        auto const below = floor_divide(value, step);
        double const above = static_cast<double>(value - below * step) / static_cast<double>(step);
        put(below, probability * (1 - above));
        put(below + 1, probability * above);
    }
}

// A distribution that grows to both sides as it is added to.
class Total {
public:
    void add(SubsetSum const& sum, double weight) {
        auto const mass = sum.mass();
        auto const last = sum.first() + static_cast<std::int64_t>(mass.size());
        if (mass_.empty()) {
            first_ = sum.first();
        }
        if (sum.first() < first_) {
            mass_.insert(mass_.begin(), static_cast<std::size_t>(first_ - sum.first()), 0.0);
            first_ = sum.first();
        }
        if (last > first_ + static_cast<std::int64_t>(mass_.size())) {
            mass_.resize(static_cast<std::size_t>(last - first_), 0.0);
        }
        add_scaled(mass_.data() + (sum.first() - first_), mass.data(), mass.size(), weight);
    }

    [[nodiscard]] CountDistribution spread(std::int64_t step) const {
        std::vector<double> mass((mass_.size() - 1) * static_cast<std::size_t>(step) + 1, 0.0);
        for (std::size_t i = 0; i < mass_.size(); ++i) {
            mass[i * static_cast<std::size_t>(step)] = mass_[i];
        }
        return {first_ * step, std::move(mass), 0};
    }

private:
    std::int64_t first_ = 0;
    std::vector<double> mass_;
};

}  // namespace

std::array<std::int64_t, 3> sizes_of(std::int64_t added) {
    auto const share = [&](double part) {
        return static_cast<std::int64_t>(std::floor(static_cast<double>(added) * part + 0.5));
    };
    return {added, share(0.9), share(0.75)};
}

bool Item::is_idle() const noexcept {
    return std::ranges::all_of(parts, [](Part const& part) {
        return part.log_limit == no_time && part.lost_if_kept == 0;
    });
}

std::int64_t Item::most() const noexcept {
    std::int64_t most = 0;
    for (auto const& part : parts) {
        most += part.log_limit == no_time
                    ? -part.lost_if_kept
                    : std::max(part.sizes[0] - part.lost_if_completed, -part.lost_if_kept);
    }
    return std::max<std::int64_t>(most, 0);
}

std::int64_t Item::least() const noexcept {
    std::int64_t least = 0;
    for (auto const& part : parts) {
        auto const small = part.sizes[2] - part.lost_if_completed;
        least += std::min(-part.lost_if_kept, part.log_limit == no_time ? 0 : small);
    }
    return std::min<std::int64_t>(least, 0);
}

void ItemLaw::give(Component const& component) {
    double const rho = factor_.rho_fall_through;
    double const common = std::sqrt(rho) * component.z;
    double const late = std::sqrt(factor_.rho_delay) * component.z;
    double const own = std::sqrt(1 - factor_.rho_delay);
    given_.clear();
    for (auto const& phase : component.phases) {
        given_.push_back({.fallen = normal_cdf((phase.fall_score + common) / std::sqrt(1 - rho)),
                          .slope = 1 / (phase.log_sd * own),
                          .offset = -(phase.log_mean / phase.log_sd + late) / own,
                          .quarter = phase.quarter_smaller,
                          .smaller = phase.quarter_smaller + phase.tenth_smaller});
    }
}

// Where the three shared uniform numbers part the fates of the parts.
void ItemLaw::set_cuts(Item const& item) {
    double longest = no_time;
    for (auto const& part : item.parts) {
        longest = std::max(longest, waited(part));
    }
    fallen_.clear();
    completed_.clear();
    quarter_.clear();
    smaller_.clear();
    for (auto const& part : item.parts) {
        auto const& g = given_[part.phase];
        fallen_.push_back(g.fallen);
        completed_.push_back(completed(part, longest));
        quarter_.push_back(g.quarter);
        smaller_.push_back(g.smaller);
    }
    cuts_ = {fallen_, completed_, quarter_};
    cuts_[2].insert(cuts_[2].end(), smaller_.begin(), smaller_.end());
    for (auto& cuts : cuts_) {
        std::ranges::sort(cuts);
    }
}

std::span<Outcome const> ItemLaw::outcomes(Item const& item) {
    outcomes_.clear();
    if (item.parts.size() == 1) {
        add_single(item.parts.front());
        return outcomes_;
    }
    set_cuts(item);
    each_interval(cuts_[0], [&](double low, double high) {
        if (std::ranges::all_of(fallen_, [&](double fallen) { return fallen > low; })) {
            put(0, high - low);
        } else {
            add_kept(item, low, high - low);
        }
    });
    return outcomes_;
}

double ItemLaw::completed(Part const& part, double waited) const {
    auto const& g = given_[part.phase];
    if (part.log_limit == no_time) {
        return 0;
    }
    double const score = g.slope * part.log_limit + g.offset;
    return waited == no_time ? normal_cdf(score) : 1 - upper_tail_beyond(score, waited);
}

double ItemLaw::waited(Part const& part) const {
    return given_[part.phase].slope * part.log_waited + given_[part.phase].offset;
}

// Nearly all projects have one part: its outcomes need no cuts.
void ItemLaw::add_single(Part const& part) {
    auto const& g = given_[part.phase];
    double const kept = 1 - g.fallen;
    double const on_time = kept * completed(part, waited(part));
    put(0, g.fallen);
    put(-part.lost_if_kept, kept - on_time);
    std::int64_t const lost = part.lost_if_completed;
    put(part.sizes[0] - lost, on_time * (1 - g.smaller));
    put(part.sizes[1] - lost, on_time * (g.smaller - g.quarter));
    put(part.sizes[2] - lost, on_time * g.quarter);
}

void ItemLaw::add_kept(Item const& item, double fallen_from, double probability) {
    each_interval(cuts_[1], [&](double low, double high) {
        add_late(item, fallen_from, low, probability * (high - low));
    });
}

void ItemLaw::add_late(Item const& item, double fallen_from, double late_from, double probability) {
    std::int64_t lost = 0;
    bool adds = false;
    for (std::size_t i = 0; i < item.parts.size(); ++i) {
        auto const& part = item.parts[i];
        if (fallen_[i] > fallen_from) {
            continue;
        }
        bool const is_completed = completed_[i] > late_from;
        lost += is_completed ? part.lost_if_completed : part.lost_if_kept;
        adds = adds || is_completed;
    }
    if (!adds) {
        put(-lost, probability);
        return;
    }
    each_interval(cuts_[2], [&](double low, double high) {
        std::int64_t value = -lost;
        for (std::size_t i = 0; i < item.parts.size(); ++i) {
            if (fallen_[i] > fallen_from || completed_[i] <= late_from) {
                continue;
            }
            value += item.parts[i].sizes[quarter_[i] > low ? 2 : smaller_[i] > low ? 1 : 0];
        }
        put(value, probability * (high - low));
    });
}

void ItemLaw::put(std::int64_t value, double probability) {
    if (probability <= 0) {
        return;
    }
    auto const found = std::ranges::find(outcomes_, value, &Outcome::value);
    if (found != outcomes_.end()) {
        found->probability += probability;
    } else {
        outcomes_.push_back({value, probability});
    }
}

Mixed mix(std::vector<Item> const& items, std::vector<Component> const& components,
          CommonFactor const& factor, std::int64_t goal, std::int64_t step) {
    ItemLaw law(factor);
    SubsetSum sum;
    Total total;
    std::vector<Outcome> split;
    std::vector<double> at_least;
    for (auto const& component : components) {
        law.give(component);
        sum.start();
        for (auto const& item : items) {
            auto outcomes = law.outcomes(item);
            if (step > 1) {
                to_lattice(outcomes, step, split);
                outcomes = split;
            }
            sum.add(outcomes);
        }
        total.add(sum, component.weight);
        at_least.push_back(sum.at_least(-floor_divide(-goal, step)));
    }
    return {total.spread(step), std::move(at_least)};
}

}  // namespace opgave::detail
