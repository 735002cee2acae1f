#pragma once
// What to expect of a move of which no prior is given: a rate that falls as a power of the time
// waited.
//
// log rate = a - g log(middle of the band), g ~ N(1, 0.5²): g = 1 is the hazard, after some time,
// of a mixture of cases whose own rates are Gamma distributed, some that move and some that stand
// still (Lomax 1954, JASA 49); g = 0 is that of cases that are all alike. The rate of a band is
// around it as Gamma(1), so that its events are negative binomial and no band outweighs the others.
// The band of the day of entry is left out.

#include <opgave/hazard.hpp>

#include <vector>

namespace opgave::detail {

// The rate expected per band, at the mode of (a, g). `fit` has time in some band; `events_added`,
// shared by its bands, keep a move that was never seen above 0.
[[nodiscard]] std::vector<double> expected_by_duration(MoveFit const& fit,
                                                       std::vector<double> const& edges,
                                                       double events_added);

}  // namespace opgave::detail
