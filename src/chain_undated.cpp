// How a chain draws the days waited by those whose day of entry is unknown.

#include "chain.hpp"
#include "elementary.hpp"
#include "spell_sums.hpp"

#include <algorithm>

namespace opgave::detail {

Leaving Chain::leaving(UndatedCells const& stay, Numbers const& rates) const {
    StateCells const& s = model_.states[stay.state];
    Leaving result{.per_day = Numbers(model_.bands, 0)};
    for (std::size_t k = 0; k < s.moves; ++k) {
        double effect = 1;
        for (std::size_t j = 0; j < s.factors; ++j) {
            int const level = s.level[stay.combination * s.factors + j];
            effect *= lane(sums_[stay.state].effect)[static_cast<std::size_t>(level) + k];
        }
        for (std::size_t b = 0; b < model_.bands; ++b) {
            result.per_day[b] += effect * rates[k * model_.bands + b] / days_per_month;
        }
    }
    for (UndatedCells::Part const& part : stay.parts) {
        RowKey const& row = s.rows[part.row];
        result.time.push_back(season(s, row) * shock(row) * part.recorded);
    }
    if (stay.move < model_.moves.size()) {
        auto const first =
            rates.begin() + static_cast<std::ptrdiff_t>((stay.move - s.first_move) * model_.bands);
        result.event.assign(first, first + static_cast<std::ptrdiff_t>(model_.bands));
    }
    return result;
}

void Chain::place(std::size_t stay, Day waited) {
    UndatedCells const& u = model_.undated[stay];
    Lane const months = lane(sums_[u.state].undated_months);
    std::size_t entry = u.first_entry;
    for (UndatedCells::Part const& part : u.parts) {
        for (std::size_t b = 0; b < model_.bands; ++b, ++entry) {
            months[entry] = part.recorded *
                            days_in_band(model_.edges, b, waited, part.from, part.to) /
                            days_per_month;
        }
    }
    if (u.move < model_.moves.size()) {
        Numbers& events = events_[u.move];
        events[band_of(model_.edges, waited + u.days())] += 1;
        if (waited_[stay] >= 0) {
            events[band_of(model_.edges, waited_[stay] + u.days())] -= 1;
        }
    }
    waited_[stay] = waited;
}

void Chain::begin_undated() {
    waited_.assign(model_.undated.size(), -1);
    for (std::size_t i = 0; i < waited_.size(); ++i) {
        UndatedCells const& stay = model_.undated[i];
        place(i, draw_wait(random_, model_.edges, leaving(stay, draw_rates(stay.state)).per_day));
    }
}

// One Metropolis step per stay: proposed from the law of the time waited, taken by how well it
// agrees with how the stay went on. The rates are drawn next as if the days of entry were known; a
// factor for how likely those days are is left out (Plummer 2015, "Cuts in Bayesian graphical
// models", Statistics and Computing 25), as it would rest on how entries came before anybody saw.
void Chain::impute() {
    Numbers rates;
    for (std::size_t i = 0; i < waited_.size(); ++i) {
        UndatedCells const& stay = model_.undated[i];
        if (i == 0 || stay.state != model_.undated[i - 1].state) {
            rates = draw_rates(stay.state);
        }
        Leaving const now = leaving(stay, rates);
        Day const candidate = draw_wait(random_, model_.edges, now.per_day);
        double const gain = log_density(stay, model_.edges, now, candidate) -
                            log_density(stay, model_.edges, now, waited_[i]);
        if (elementary::log(random_.uniform()) < gain) {
            place(i, candidate);
        }
    }
}

}  // namespace opgave::detail
