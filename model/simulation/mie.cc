#include "model/simulation/mie.h"

#include <algorithm>
#include <cmath>

#include "preprocess/frame/check.h"

namespace airy::simulation {

using Complex = std::complex<double>;

MieSphere::MieSphere(double size_parameter, Complex index)
    : size_parameter_(size_parameter) {
  const double x = size_parameter;
  AIRY_CHECK(x > 0 && x <= 1e4 && index.imag() >= 0);
  const int orders = static_cast<int>(x + 4.05 * std::cbrt(x) + 2);

  // Logarithmic derivative of psi at m x: downwards, where the recurrence is stable.
  const Complex mx = index * x;
  const int start = std::max(orders, static_cast<int>(std::abs(mx))) + 16;
  std::vector<Complex> derivative(static_cast<size_t>(start) + 1);
  for (int n = start; n > 0; --n) {
    const Complex ratio = static_cast<double>(n) / mx;
    const auto at = static_cast<size_t>(n);
    derivative[at - 1] = ratio - 1.0 / (derivative[at] + ratio);
  }

  // psi_n and chi_n upwards; xi = psi - i chi.
  double psi_before = std::cos(x), psi = std::sin(x);
  double chi_before = -std::sin(x), chi = std::cos(x);
  for (int n = 1; n <= orders; ++n) {
    const double psi_next = (2 * n - 1) / x * psi - psi_before;
    const double chi_next = (2 * n - 1) / x * chi - chi_before;
    const Complex xi(psi, -chi), xi_next(psi_next, -chi_next);
    const Complex& d = derivative[static_cast<size_t>(n)];
    const Complex electric = d / index + n / x;
    const Complex magnetic = index * d + n / x;
    a_.push_back((electric * psi_next - psi) / (electric * xi_next - xi));
    b_.push_back((magnetic * psi_next - psi) / (magnetic * xi_next - xi));
    psi_before = psi;
    psi = psi_next;
    chi_before = chi;
    chi = chi_next;
  }
}

MieSphere::Amplitudes MieSphere::At(double scattering_angle_rad) const {
  const double mu = std::cos(scattering_angle_rad);
  Amplitudes sum;
  double pi_before = 0, pi_n = 1;
  for (size_t i = 0; i < a_.size(); ++i) {
    const double n = static_cast<double>(i) + 1;
    const double tau = n * mu * pi_n - (n + 1) * pi_before;
    const double weight = (2 * n + 1) / (n * (n + 1));
    sum.s1 += weight * (a_[i] * pi_n + b_[i] * tau);
    sum.s2 += weight * (a_[i] * tau + b_[i] * pi_n);
    const double pi_next = ((2 * n + 1) * mu * pi_n - (n + 1) * pi_before) / n;
    pi_before = pi_n;
    pi_n = pi_next;
  }
  return sum;
}

double MieSphere::ExtinctionEfficiency() const {
  double sum = 0;
  for (size_t i = 0; i < a_.size(); ++i) {
    sum += (2 * static_cast<double>(i) + 3) * (a_[i] + b_[i]).real();
  }
  return 2 * sum / (size_parameter_ * size_parameter_);
}

double MieSphere::ScatteringEfficiency() const {
  double sum = 0;
  for (size_t i = 0; i < a_.size(); ++i) {
    sum += (2 * static_cast<double>(i) + 3) * (std::norm(a_[i]) + std::norm(b_[i]));
  }
  return 2 * sum / (size_parameter_ * size_parameter_);
}

}  // namespace airy::simulation
