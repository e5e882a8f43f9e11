"""airyd's command line: exit statuses and what is said."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from airyd_process import Airyd

PROGRAM = sys.argv[1]
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, env=None):
    """(status, output, errors) of airyd in the root, where the shipped checkpoint is found."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          env=env, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


class CommandLine(unittest.TestCase):
    def test_help_teaches(self):
        status, out, _ = run("--help")
        self.assertEqual(status, 0)
        for word in ("--config", "AIRY_BATCH__MAX_SIZE", "--check-config", "SIGTERM"):
            self.assertIn(word, out)

    def test_the_shipped_configuration_is_good(self):
        self.assertEqual(run("--config", "deploy/airy.toml", "--check-config", "--set",
                             f"recorder.directory={tempfile.gettempdir()}"), (0, "", ""))

    def test_a_bad_configuration_ends_with_78_and_every_problem(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("[batch]\nmax_size = 0\nmax_dely_us = 1\n[source.a]\ntype = 'dealer'\n")
            file.flush()
            for more in ([], ["--check-config"]):
                status, _, err = run("--config", file.name, *more)
                self.assertEqual(status, 78)
                self.assertIn(f"batch.max_size must be 1..512; was 0 ({file.name}:2:12)", err)
                self.assertIn("did you mean batch.max_delay_us?", err)
                self.assertIn(f"({file.name}:5:8)", err)

    def test_print_config_tells_value_and_origin(self):
        status, out, _ = run("--print-config", "--set", "batch.max_size=3",
                             env={"AIRY_WEB__THREADS": "4"})
        self.assertEqual(status, 0)
        self.assertIn("batch.max_size = 3  # --set batch.max_size=3\n", out)
        self.assertIn("web.threads = 4  # AIRY_WEB__THREADS\n", out)
        self.assertIn("grpc.max_images = 256  # default\n", out)

    def test_a_command_line_airyd_does_not_take_ends_with_64(self):
        for arguments in (["--port", "3"], ["--config"], ["x"],
                          ["--config", "a.toml", "--config", "b.toml"]):
            status, out, err = run(*arguments)
            self.assertEqual((status, out), (64, ""))
            self.assertIn(arguments[0], err)

    def test_a_folder_for_a_configuration_ends_with_78(self):
        status, _, err = run("--config", tempfile.gettempdir(), "--check-config")
        self.assertEqual(status, 78)
        self.assertIn("is a folder", err)

    def test_a_pipe_is_a_configuration(self):
        done = subprocess.run([PROGRAM, "--config", "/dev/stdin", "--print-config"],
                              input="[web]\nthreads = 3\n", capture_output=True, text=True,
                              timeout=60)
        self.assertIn("web.threads = 3  # /dev/stdin:2:11\n", done.stdout)

    def test_what_the_configuration_names_is_checked(self):
        bad = ["--set", "engine.checkpoint=/nowhere", "--set", "source.a.dark_file=/nowhere",
               "--set", "recorder.directory=/dev/null/hits"]
        for more in ([], ["--check-config"]):
            status, _, err = run(*bad, *more)
            self.assertEqual(status, 78)
            self.assertEqual(err.count("(--set "), 3, err)
        self.assertEqual(run(*bad, "--print-config")[0], 0)

    def test_a_checkpoint_that_is_no_network_ends_with_78_and_its_name(self):
        with Airyd(PROGRAM, {"engine.checkpoint": "odd"}, wait=False) as airyd:
            self.assertEqual(airyd.wait(), 78)
            self.assertRegex(airyd.log[-1], "engine: no engine behaves as .*/odd")

    def test_a_taken_port_ends_with_78_and_its_key(self):
        with Airyd(PROGRAM, {}) as first:
            address = first.http.removeprefix("http://")
            with Airyd(PROGRAM, {"web.listen": address}, wait=False) as second:
                self.assertEqual(second.wait(), 78)
                self.assertIn("web.listen", second.log[-1])
                self.assertIn(address, second.log[-1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
