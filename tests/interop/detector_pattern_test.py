#!/usr/bin/python3
"""airy-detector pattern against Mie theory computed here from Bohren and Huffman,
Absorption and Scattering of Light by Small Particles (1983), chapter 4, and its files
as h5py reads them. detector_pattern_test.py AIRY-DETECTOR"""

import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

DETECTOR = sys.argv.pop(1)
HC_EV_NM = 1239.84198
PLATE_MM, DISTANCE_MM = 75.0, 65.0


def mie_intensity(radius_nm, wavelength_nm, index, cosines):
    """(|S1|^2 + |S2|^2) / 2 k^2 in nm^2/sr for unpolarised light; index as n + i kappa."""
    k = 2 * np.pi / wavelength_nm
    x = k * radius_nm
    orders = int(x + 4.05 * x ** (1 / 3) + 2)
    mx = index * x
    derivative = np.zeros(int(max(orders, abs(mx))) + 17, dtype=complex)
    for n in range(len(derivative) - 1, 0, -1):
        derivative[n - 1] = n / mx - 1 / (derivative[n] + n / mx)
    psi = [np.cos(x), np.sin(x)]  # orders -1 and 0
    chi = [-np.sin(x), np.cos(x)]
    pi_before, pi_now = np.zeros_like(cosines), np.ones_like(cosines)
    s1 = np.zeros_like(cosines, dtype=complex)
    s2 = np.zeros_like(cosines, dtype=complex)
    for n in range(1, orders + 1):
        psi.append((2 * n - 1) / x * psi[-1] - psi[-2])
        chi.append((2 * n - 1) / x * chi[-1] - chi[-2])
        xi, xi_before = psi[-1] - 1j * chi[-1], psi[-2] - 1j * chi[-2]
        electric = derivative[n] / index + n / x
        magnetic = derivative[n] * index + n / x
        a = (electric * psi[-1] - psi[-2]) / (electric * xi - xi_before)
        b = (magnetic * psi[-1] - psi[-2]) / (magnetic * xi - xi_before)
        tau = n * cosines * pi_now - (n + 1) * pi_before
        weight = (2 * n + 1) / (n * (n + 1))
        s1 += weight * (a * pi_now + b * tau)
        s2 += weight * (a * tau + b * pi_now)
        pi_before, pi_now = pi_now, ((2 * n + 1) * cosines * pi_now - (n + 1) * pi_before) / n
    return (abs(s1) ** 2 + abs(s2) ** 2) / 2 / k ** 2


def directions(size):
    """Unit vectors towards the pixels, the first row on top."""
    middle = (np.arange(size) + 0.5 - size / 2) / size * PLATE_MM
    x, y = np.meshgrid(middle, -middle)
    distance = np.sqrt(x ** 2 + y ** 2 + DISTANCE_MM ** 2)
    return x / distance, y / distance, DISTANCE_MM / distance


class PatternTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_pattern(self, *arguments, out="out.cxi"):
        path = os.path.join(self.folder.name, out)
        done = subprocess.run([DETECTOR, "pattern", "--out", path, *arguments],
                              capture_output=True, text=True, check=False)
        return path, done

    def pattern(self, *arguments, out="out.cxi"):
        path, done = self.run_pattern(*arguments, out=out)
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(path) as file:
            image = file["/entry_1/data_1/data"][0]
            truth = {name: values[0] for name, values in file["/entry_1/sample_1"].items()
                     if values.dtype == np.float64}
            attributes = dict(file["/entry_1"].attrs)
        return image, truth, attributes

    def test_spheres_follow_mie_theory(self):
        for energy_ev, delta, beta in ((20, -0.1268, 0.0284), (24.8, 0, 0.0674),
                                       (30, 0.016, 0.0398)):
            image, truth, _ = self.pattern(
                "--shape", "sphere", "--radius-nm", "335", "--photon-energy-ev",
                str(energy_ev), "--method", "split-step", "--size", "224", "--noise",
                "none", out=f"{energy_ev}.cxi")
            self.assertEqual(image.dtype, np.float32)
            self.assertEqual(image.shape, (224, 224))
            self.assertAlmostEqual(truth["delta"], delta)
            self.assertAlmostEqual(truth["beta"], beta)
            theta = np.degrees(np.arccos(directions(224)[2]))
            seen = (theta > 3) & (theta < 30)
            exact = mie_intensity(335, HC_EV_NM / energy_ev, 1 - delta + 1j * beta,
                                  np.cos(np.radians(theta[seen])))
            ours, exact = np.log10(image[seen]), np.log10(exact)
            self.assertLess(np.std(ours - exact), 0.08)
            self.assertLess(abs(np.mean(ours - exact)), 0.05)
            # Fringes: what is left when a parabola in theta is taken out.
            rest = [values - np.polyval(np.polyfit(theta[seen], values, 2), theta[seen])
                    for values in (ours, exact)]
            self.assertGreater(np.corrcoef(rest)[0, 1], 0.99)

    def test_every_parameter_is_beside_the_pattern(self):
        _, truth, attributes = self.pattern(
            "--shape", "ellipsoid", "--radius-nm", "250", "--a-over-b", "1.4",
            "--b-over-c", "1.2", "--roll-deg", "25", "--tilt-deg", "30", "--azimuth-deg",
            "60", "--core-ratio", "0.4", "--core-delta", "0.1", "--core-beta", "0.2",
            "--separation-um=-1,2,30", "--second-radius-nm", "180", "--second-amplitude",
            "0.5", "--delta", "0.01", "--beta", "0.02", "--photon-energy-ev", "45",
            "--method", "pmsft", "--size", "64", "--hole-deg", "4", "--flat-detector",
            "--polarisation-deg", "15")
        expected = {
            "photon_energy_ev": 45, "wavelength_nm": HC_EV_NM / 45, "delta": 0.01,
            "beta": 0.02, "radius_nm": 250, "first_ratio": 1.4, "second_ratio": 1.2,
            "axis_ratio": 1.4, "axis_x": 0.75 ** 0.5 / 2, "axis_y": 0.75, "axis_z": 0.5,
            "tilt_deg": 30, "azimuth_deg": 60, "roll_deg": 25, "hole_deg": 4,
            "flat_detector": 1, "polarisation_deg": 15, "core_ratio": 0.4,
            "core_delta": 0.1, "core_beta": 0.2, "second_radius_nm": 180,
            "second_amplitude": 0.5, "separation_x_um": -1, "separation_y_um": 2,
            "separation_z_um": 30, "coherent": 1}
        self.assertEqual(set(truth), set(expected))
        for name, value in expected.items():
            self.assertAlmostEqual(truth[name], value, msg=name)
        text = {name: value.decode() if isinstance(value, bytes) else value
                for name, value in attributes.items()}
        self.assertEqual((text["shape"], text["method"], text["noise"]),
                         ("ellipsoid", "pmsft", "none"))

    def test_detector_factors_multiply_the_intensity(self):
        plain, _, _ = self.pattern("--size", "64", out="plain.cxi")
        factored, _, _ = self.pattern("--size", "64", "--flat-detector",
                                      "--polarisation-deg", "90", "--hole-deg", "5",
                                      out="factored.cxi")
        _, sy, sz = directions(64)
        factor = sz ** 3 * (1 - sy ** 2)
        factor[sz > np.cos(np.radians(5))] = 0
        np.testing.assert_allclose(factored, plain * factor, rtol=1e-5)

    def test_two_equal_droplets_interfere_like_two_slits(self):
        alone, _, _ = self.pattern("--size", "64", out="alone.cxi")
        pair, _, _ = self.pattern("--size", "64", "--separation-um=0.4,0.3,2",
                                  out="pair.cxi")
        sum_, _, _ = self.pattern("--size", "64", "--separation-um=0.4,0.3,2",
                                  "--incoherent", out="sum.cxi")
        sx, sy, sz = directions(64)
        psi = 2000 * np.pi / (HC_EV_NM / 24.8) * (0.4 * sx + 0.3 * sy + 2 * (sz - 1))
        np.testing.assert_allclose(pair, alone * (2 + 2 * np.cos(psi)),
                                   rtol=1e-3, atol=1e-5 * alone.max())
        np.testing.assert_allclose(sum_, 2 * alone, rtol=1e-5)

    def test_axis_turns_the_streak(self):
        across, _, _ = self.pattern("--shape", "capsule", "--size", "64", out="0.cxi")
        upright, _, _ = self.pattern("--shape", "capsule", "--size", "64",
                                     "--azimuth-deg", "90", out="90.cxi")
        np.testing.assert_allclose(np.log10(upright), np.log10(np.rot90(across)),
                                   atol=0.02)

    def test_noise_is_counts_by_the_seed(self):
        images = [self.pattern("--size", "128", "--noise", "detector", "--seed", seed,
                               out=f"{i}.cxi")[0] for i, seed in enumerate("778")]
        self.assertEqual(images[0].dtype, np.uint16)
        np.testing.assert_array_equal(images[0], images[1])
        self.assertTrue((images[0] != images[2]).any())

    def test_what_scatters_nothing_stays_dark(self):
        image, _, _ = self.pattern("--size", "64", "--delta", "0", "--beta", "0", "--noise",
                                   "detector", out="dark.cxi")
        self.assertLess(abs(np.median(image) - 8), 3)  # the detector's offset

    def test_picture_comes_on_request(self):
        png = os.path.join(self.folder.name, "p.png")
        self.pattern("--size", "64", "--png", png)
        with open(png, "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_no_picture_no_pattern(self):
        path, done = self.run_pattern("--size", "64", "--png",
                                      os.path.join(self.folder.name, "none", "p.png"),
                                      out="alone.cxi")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("none/p.png", done.stderr)
        self.assertFalse(os.path.exists(path))

    def test_the_seed_is_kept_to_its_last_digit(self):
        path, done = self.run_pattern("--size", "64", "--noise", "detector", "--seed",
                                      str(2**64 - 1), out="seed.cxi")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(path) as file:
            self.assertEqual(int(file["/entry_1"].attrs["seed"]), 2**64 - 1)

    def test_what_cannot_be_is_one_line_with_value_and_range(self):
        for arguments, words in (
                (["--radius-nm", "-3"], ["--radius-nm", "30..10000", "-3"]),
                (["--separation-um=0.1,0,0"], ["--separation-um", "overlap", "570 nm"]),
                (["--png", os.path.join(self.folder.name, "refused.cxi")],
                 ["--out", "refused.cxi"]),
                (["--photon-energy-ev", "24"], ["19.5..23.5", "24.8..40", "was 24"]),
                (["--photon-energy-ev", "41"], ["19.5..23.5", "24.8..40", "was 41"]),
                (["--shape", "two-lobed", "--cassini-ratio", "0.9"],
                 ["--cassini-ratio", "1..4", "0.9"]),
                (["--shape", "capsule", "--half-length", "0.5"], ["1..8", "0.5"]),
                (["--c-over-a", "0.8"], ["--shape oblate", "sphere"]),
                (["--radius-nm", "2000"], ["1199.85", "2000"]),
                (["--size", "4"], ["8..2048", "4"]),
                (["--device", "cuda:99"], ["cpu", "cuda:99"]),
                (["--method", "mie"], ["split-step", "born", "mie"]),
                (["--separation-um", "1,2"], ["X,Y,Z", "2"])):
            path, done = self.run_pattern(*arguments, out="refused.cxi")
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
