#include <opgave/net_additions.hpp>

#include "elementary.hpp"
#include "net_mixture.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace opgave {

namespace {

constexpr int nodes_of_factor = 32;

void check_share(char const* name, double value) {
    if (!(value >= 0 && value < 1)) {
        throw std::invalid_argument(std::string(name) + " must lie in [0, 1), got " +
                                    write_number(value));
    }
}

void require(bool holds, char const* rule, double value, std::size_t row) {
    if (!holds) {
        throw std::invalid_argument(std::string(rule) + ", got " + write_number(value) +
                                    " at row " + std::to_string(row));
    }
}

void check(NetProjects const& p) {
    auto const n = p.added.size();
    if (n == 0) {
        throw std::invalid_argument("net additions need at least one project, got none");
    }
    for (auto const size : {p.demolished.size(), p.planned_months.size(), p.fall_through.size(),
                            p.delay_log_mean.size(), p.delay_log_sd.size()}) {
        if (size != n) {
            throw std::invalid_argument("the columns of projects must have equal lengths, got " +
                                        std::to_string(n) + " and " + std::to_string(size));
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        require(p.added[i] >= 0, "added must be >= 0", static_cast<double>(p.added[i]), i);
        require(p.demolished[i] >= 0, "demolished must be >= 0",
                static_cast<double>(p.demolished[i]), i);
        require(std::isfinite(p.planned_months[i]), "planned_months must be finite",
                p.planned_months[i], i);
        require(p.fall_through[i] >= 0 && p.fall_through[i] <= 1, "fall_through must lie in [0, 1]",
                p.fall_through[i], i);
        require(std::isfinite(p.delay_log_mean[i]), "delay_log_mean must be finite",
                p.delay_log_mean[i], i);
        require(p.delay_log_sd[i] > 0 && std::isfinite(p.delay_log_sd[i]),
                "delay_log_sd must be finite and > 0", p.delay_log_sd[i], i);
    }
}

double log_or_none(double months) { return months > 0 ? elementary::log(months) : detail::no_time; }

}  // namespace

void check(CommonFactor const& factor) {
    check_share("rho_delay", factor.rho_delay);
    check_share("rho_fall_through", factor.rho_fall_through);
}

CountDistribution net_additions(NetProjects const& projects, double deadline_months,
                                CommonFactor const& factor) {
    check(projects);
    check(factor);
    if (!std::isfinite(deadline_months)) {
        throw std::invalid_argument("deadline_months must be finite, got " +
                                    write_number(deadline_months));
    }
    std::vector<detail::Item> items;
    std::vector<detail::PhaseChances> chances;
    for (std::size_t i = 0; i < projects.added.size(); ++i) {
        items.push_back(
            {{{.sizes = detail::sizes_of(projects.added[i]),
               .lost_if_completed = projects.demolished[i],
               .phase = i,
               .log_limit = log_or_none(deadline_months - projects.planned_months[i])}}});
        chances.push_back({.fall_score = detail::normal_quantile(projects.fall_through[i]),
                           .log_mean = projects.delay_log_mean[i],
                           .log_sd = projects.delay_log_sd[i]});
    }
    std::vector<detail::Component> components;
    for (auto const& [z, weight] : detail::normal_nodes(nodes_of_factor)) {
        components.push_back({z, weight, chances});
    }
    return detail::mix(items, components, factor, 0).distribution;
}

double probability_of_at_least(CountDistribution const& law, std::int64_t goal) {
    double sum = 0;
    for (auto i = law.mass.size(); i > 0 && law.first + static_cast<std::int64_t>(i) > goal; --i) {
        sum += law.mass[i - 1];
    }
    return std::min(sum, 1.0);
}

double expected_shortfall(CountDistribution const& law, std::int64_t goal) {
    double sum = 0;
    for (std::size_t i = 0; i < law.mass.size(); ++i) {
        auto const missing = goal - law.first - static_cast<std::int64_t>(i);
        sum += law.mass[i] * static_cast<double>(std::max<std::int64_t>(missing, 0));
    }
    return sum;
}

}  // namespace opgave
