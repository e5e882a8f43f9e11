"""The demo from end to end, small: the real detector, daemon, network, files and books."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARIES = sys.argv.pop(1)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class DemoTest(unittest.TestCase):
    def test_every_frame_is_accounted_for_and_every_found_hit_is_in_the_files(self):
        source, publisher, web = free_ports(3)
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                ["/usr/bin/python3", str(ROOT / "deploy/demo.py"), "--bin", BINARIES,
                 "--seconds", "6", "--rate", "20", "--hits", "24", "--misses", "8",
                 "--set", f"source.demo.endpoint=tcp://127.0.0.1:{source}",
                 "--set", f"publisher.endpoint=tcp://127.0.0.1:{publisher}",
                 "--set", f"web.listen=127.0.0.1:{web}",
                 "--set", "grpc.listen=127.0.0.1:0"],
                cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={**os.environ, "XDG_CACHE_HOME": folder + "/cache"})
            self.assertEqual(result.returncode, 0, result.stdout)
            summary = json.loads((Path(folder) / "demo-summary.json").read_text())
        self.assertEqual(summary["sent"], 120, summary)
        self.assertEqual(summary["received"] + summary["lost_before_airyd"], 120, summary)
        self.assertEqual(summary["unaccounted"], 0, summary)
        self.assertEqual(summary["accounted_twice"], 0, summary)
        self.assertTrue(summary["hits_saved_are_hits_found"], summary)
        self.assertEqual(summary["hits_unaccounted"], 0, summary)
        self.assertGreater(summary["hits_found"], 0, summary)
        self.assertGreaterEqual(summary["hit_recall"], 0.99, summary)
        self.assertLessEqual(summary["false_hit_rate"], 0.01, summary)

    def test_what_a_program_refuses_ends_it_with_that_programs_status_and_words(self):
        for arguments, status, said in [
                (["--set", "batch.max_size=0"], 78, "batch.max_size must be"),
                (["--hits", "0"], 2, "--hit-rate above 0 needs --hits")]:
            with self.subTest(arguments=arguments):
                result = subprocess.run(
                    ["/usr/bin/python3", str(ROOT / "deploy/demo.py"), "--bin", BINARIES,
                     *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                self.assertEqual(result.returncode, status, result.stdout)
                self.assertIn(said, result.stdout)
                self.assertNotIn("Traceback", result.stdout)


if __name__ == "__main__":
    unittest.main()
