#include "pace.hpp"

#include "elementary.hpp"

#include <algorithm>

namespace opgave::detail {

namespace {

// Where all months are alike the first can still be a part of one.
std::size_t regimes(Plan const& plan) {
    bool const apart = plan.is_steady() && plan.run.first_month < 1;
    return apart ? 2 : static_cast<std::size_t>(plan.regimes);
}

}  // namespace

Pace::Pace(Plan const& plan)
    : plan_(plan),
      states_(static_cast<std::size_t>(plan.space.states())),
      per_class_(regimes(plan)),
      slots_(plan.classes.size() * per_class_, Slot{StepTable(plan.space, plan.grid)}),
      worth_((static_cast<std::size_t>(plan.run.months) + 1) * states_, 1.0) {}

void Pace::begin(std::uint64_t path) {
    Draw const draw = plan_.draw(path);
    Stream const stream(plan_.run.seed, Purpose::lever, path);
    std::vector<double> factors;
    for (std::size_t k = 0; k < plan_.pulls.size(); ++k) {
        auto const& pull = plan_.pulls[k];
        double const noise = pull.log_sd > 0 ? normal(stream, static_cast<std::uint32_t>(k), 0) : 0;
        factors.push_back(elementary::exp(pull.log_factor + pull.log_sd * noise));
    }
    set_worth(draw);
    for (std::size_t i = 0; i < plan_.classes.size(); ++i) {
        fill(static_cast<int>(i), draw, factors);
    }
}

namespace {

Rates of_levels(Draw const& draw, std::vector<int> const& levels) {
    Rates rates = draw.rates;
    for (std::size_t f = 0; f < levels.size(); ++f) {
        rates.colwise() *= draw.effects[f].col(levels[f]);
    }
    return rates;
}

}  // namespace

void Pace::fill(int rate_class, Draw const& draw, std::vector<double> const& factors) {
    auto const& [levels, pulls] = plan_.classes[static_cast<std::size_t>(rate_class)];
    Rates const base = of_levels(draw, levels);
    for (std::size_t i = 0; i < per_class_; ++i) {
        Rates rates = base;
        auto const month = static_cast<std::size_t>(plan_.is_steady() ? 0 : plan_.first_months[i]);
        for (int const k : pulls) {
            Pull const& pull = plan_.pulls[static_cast<std::size_t>(k)];
            double const change = factors[static_cast<std::size_t>(k)] - 1;
            for (std::size_t move = 0; move < pull.moves.size(); ++move) {
                if (pull.moves[move]) {
                    rates.row(static_cast<Eigen::Index>(move)) *= 1 + change * pull.covered[month];
                }
            }
        }
        Slot& slot = slots_[static_cast<std::size_t>(rate_class) * per_class_ + i];
        slot.table.fill(rates);
        slot.stretched_for = -1;
    }
}

void Pace::set_worth(Draw const& draw) {
    for (int month = 0; month < plan_.run.months; ++month) {
        double length = month == 0 ? plan_.run.first_month : 1;
        if (plan_.has_shocks) {
            length *= draw.shock[static_cast<std::size_t>(plan_.year(month) - plan_.year(0))];
        }
        double* const worth = worth_.data() + static_cast<std::size_t>(month) * states_;
        for (std::size_t state = 0; state < states_; ++state) {
            worth[state] = length;
            if (plan_.has_seasons) {
                Day const day = plan_.run.month_end[static_cast<std::size_t>(month)];
                worth[state] *= draw.season(static_cast<Eigen::Index>(state),
                                            static_cast<int>(to_date(day).month()) - 1);
            }
        }
    }
}

bool Pace::are_alike(int month, int other) const {
    if (plan_.is_steady()) {
        return (month == 0) == (other == 0) || plan_.run.first_month == 1;
    }
    return plan_.have_equal_levers(month, other) && std::ranges::equal(worth(month), worth(other));
}

StepTable const& Pace::table(int rate_class, int month) {
    Slot& found = slots_[slot(rate_class, month)];
    bool const same =
        found.stretched_for >= 0 && std::ranges::equal(worth(found.stretched_for), worth(month));
    if (!same) {
        found.table.stretch(worth(month));
    }
    found.stretched_for = month;
    return found.table;
}

}  // namespace opgave::detail
