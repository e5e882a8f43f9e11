#!/usr/bin/python3
"""Plants bad includes in a small tree and expects layering.py to find each."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("layering.py")

GOOD_TREE = {
    "preprocess/frame/frame.h": "#include <vector>\n#include <sys/types.h>\n",
    "preprocess/transform/rescale.h": '#include "preprocess/frame/frame.h"\n',
    "preprocess/transform/hit_finder.h": '#include "preprocess/transform/rescale.h"\n',
    "proto/wire/decoder.h": '#include "preprocess/frame/frame.h"\n',
    "proto/wire/karabo.cc": "#include <nlohmann/json.hpp>\n",
    "model/engine.h": '#include "preprocess/frame/frame.h"\n',
    "model/network.h": "#include <torch/torch.h>\n",
    "model/network.cc": '#include "model/network.h"\n#include "model/engine.h"\n',
    "server/telemetry/metrics.h": "#include <prometheus/counter.h>\n",
    "server/pipeline/record.h": '#include "model/engine.h"\n'
                                '#include "server/telemetry/metrics.h"\n',
    "proto/rpc/grpc_status.h": "#include <grpcpp/support/status.h>\n",
    "server/services/analysis.h": "",
    "server/services/analysis.cc": '#include "airy/v1/analysis.grpc.pb.h"\n'
                                   '#include "proto/rpc/grpc_status.h"\n',
    "server/server.cc": '#include "server/pipeline/record.h"\n'
                        '#include "server/services/analysis.h"\n',
}


class LayeringTest(unittest.TestCase):
    def run_on(self, changes):
        """The exit status and output of layering.py on the good tree with `changes`."""
        with tempfile.TemporaryDirectory() as root:
            for name, text in {**GOOD_TREE, **changes}.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True,
                                  text=True, check=False)
        return done.returncode, done.stdout

    def expect_problem(self, changes, *words):
        status, output = self.run_on(changes)
        self.assertEqual(status, 1, output)
        self.assertEqual(len(output.splitlines()), 1, output)
        for word in words:
            self.assertIn(word, output)

    def test_passes_the_good_tree(self):
        self.assertEqual(self.run_on({}), (0, "every include is in the table\n"))

    def test_finds_an_arrow_that_points_up(self):
        self.expect_problem(
            {"preprocess/frame/frame.cc": '\n#include "proto/wire/decoder.h"\n'},
            "preprocess/frame/frame.cc:2",
            "preprocess/frame may not include proto/wire")

    def test_finds_an_unlisted_edge_on_a_level(self):
        self.expect_problem(
            {"proto/cxi/shot_file.cc": '#  include "proto/wire/decoder.h"'},
            "proto/cxi may not include proto/wire")

    def test_tells_targets_of_one_folder_apart(self):
        self.expect_problem(
            {"model/trainer/main.cc": '#include "preprocess/transform/hit_finder.h"\n'},
            "model/trainer may not include preprocess/transform")
        self.expect_problem(
            {"preprocess/transform/rescale.cc":
             '#include "preprocess/transform/hit_finder.h"\n'},
            "preprocess/transform/rescale may not include preprocess/transform")

    def test_a_listed_header_opens_no_other_of_its_room(self):
        self.expect_problem(
            {"model/plain.h": "", "server/pipeline/batch.cc": '#include "model/plain.h"\n'},
            "server/pipeline may not include model")

    def test_finds_a_third_party_where_it_does_not_belong(self):
        self.expect_problem({"proto/cxi/shot_file.cc": "#include <torch/script.h>\n"},
                            "proto/cxi may not use torch")

    def test_finds_a_third_party_in_a_header_that_another_room_includes(self):
        self.expect_problem({"model/engine.h": "#include <c10/core/Device.h>\n"},
                            "model/engine.h: another room includes it", "torch")

    def test_finds_it_behind_a_header_of_the_same_room(self):
        self.expect_problem({"model/engine.h": '#include "model/network.h"\n'},
                            "model/engine.h -> model/network.h -> torch/torch.h")

    def test_only_proto_rpc_shows_grpc(self):
        self.expect_problem(
            {"server/services/analysis.h": '#include "proto/rpc/grpc_status.h"\n'},
            "server/services/analysis.h: another room includes it", "grpc")

    def test_finds_generated_messages_outside_the_rpc_rooms(self):
        status, output = self.run_on(
            {"server/sinks/publisher.cc": '#include "airy/v1/analysis.pb.h"\n'})
        self.assertEqual(status, 1)
        self.assertIn("server/sinks may not use protobuf", output)
        self.assertIn("server/sinks may not include proto/rpc", output)

    def test_finds_a_folder_that_is_no_room(self):
        self.expect_problem({"proto/misc/things.h": ""}, "no room in the table")

    def test_finds_an_include_that_is_not_from_the_root(self):
        self.expect_problem({"model/network.cc": '#include "network.h"\n'},
                            "no such file below the repository root")

    def test_finds_a_library_that_nobody_listed(self):
        self.expect_problem({"server/main.cc": "#include <boost/asio.hpp>\n"},
                            "neither standard nor a third party")

    def test_an_empty_tree_is_a_mistake(self):
        with tempfile.TemporaryDirectory() as root:
            done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True,
                                  text=True, check=False)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
