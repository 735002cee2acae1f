#include "age_grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace opgave::detail {

namespace {

std::vector<double> parts(std::vector<double> const& edges, double from, double to) {
    std::vector<double> part;
    for (std::size_t band = 0; band < edges.size(); ++band) {
        double const end =
            band + 1 < edges.size() ? edges[band + 1] : std::numeric_limits<double>::infinity();
        part.push_back(std::max(0.0, std::min(to, end) - std::max(from, edges[band])));
    }
    return part;
}

}  // namespace

AgeGrid::AgeGrid(std::vector<double> const& band_edges_months, bool group_per_age)
    : ages_(static_cast<int>(std::ceil(band_edges_months.back() + 0.5)) + 1) {
    for (int age = 0; age < ages_; ++age) {
        auto const part = age == 0 ? parts(band_edges_months, 0, 0.5)
                                   : parts(band_edges_months, age - 0.5, age + 0.5);
        if (group_per_age || age < 2 || part != part_.back()) {
            first_.push_back(age);
            part_.push_back(part);
        }
        group_.push_back(groups() - 1);
    }
    first_.push_back(ages_);
}

}  // namespace opgave::detail
