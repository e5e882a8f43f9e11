#include "model/simulation/helium.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "preprocess/frame/check.h"

namespace airy::simulation {
namespace {

struct Row {
  double energy_ev, delta, beta;
};

constexpr std::array<Row, 24> kTable = {{
    {19.5, -0.1046, 0.0008}, {19.75, -0.1261, 0.0153}, {20.0, -0.1268, 0.0284},
    {20.5, -0.1470, 0.0260}, {20.75, -0.1899, 0.0290}, {21.0, -0.2138, 0.0689},
    {21.2, -0.3146, 0.0298}, {21.4, -0.537, 0.456},    {21.5, -0.299, 0.703},
    {21.6, 0.019, 0.718},    {21.8, 0.308, 0.429},     {22.0, 0.304, 0.175},
    {22.3, 0.178, 0.0146},   {22.6, 0.0699, 0.0003},   {23.0, 0.0242, 0.0130},
    {23.5, -0.0320, 0.0306}, {24.8, 0.0, 0.0674},      {26, 0.0086, 0.0592},
    {28, 0.0138, 0.0482},    {30, 0.0160, 0.0398},     {32, 0.0168, 0.0333},
    {34, 0.0171, 0.0282},    {35, 0.0170, 0.0259},     {40, 0.0155, 0.0175},
}};

}  // namespace

Status CheckHeliumEnergy(double photon_energy_ev) {
  const bool known =
      photon_energy_ev >= kMinPhotonEnergyEv && photon_energy_ev <= kMaxPhotonEnergyEv &&
      !(photon_energy_ev > kResonancesFromEv && photon_energy_ev < kResonancesToEv);
  if (known) return OkStatus();
  char text[128];
  std::snprintf(text, sizeof text,
                "photon energy must be %g..%g or %g..%g eV, where the index of helium is "
                "known; was %g",
                kMinPhotonEnergyEv, kResonancesFromEv, kResonancesToEv,
                kMaxPhotonEnergyEv, photon_energy_ev);
  return InvalidArgument(text);
}

Medium HeliumAt(double photon_energy_ev) {
  AIRY_CHECK(CheckHeliumEnergy(photon_energy_ev).ok());
  const auto above = std::upper_bound(
      kTable.begin() + 1, kTable.end() - 1, photon_energy_ev,
      [](double energy_ev, const Row& row) { return energy_ev < row.energy_ev; });
  const Row& low = *(above - 1);
  const Row& high = *above;
  const double t = (photon_energy_ev - low.energy_ev) / (high.energy_ev - low.energy_ev);
  return Medium::Of(photon_energy_ev, std::lerp(low.delta, high.delta, t),
                    std::lerp(low.beta, high.beta, t));
}

}  // namespace airy::simulation
