"""airyd as a process of its own, and a detector and a listener around it."""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import zmq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import karabo_bridge  # noqa: E402

PATIENCE_S = 60
HIT = np.full((1, 64, 64), 80, dtype=np.uint16)   # every pixel is lit
MISS = np.full((1, 64, 64), 3, dtype=np.uint16)


class Airyd:
    """Starts airyd on free ports and a folder of its own. settings: {key: value}."""

    def __init__(self, program, settings, wait=True):
        self.folder = tempfile.TemporaryDirectory(prefix="airyd-test-")
        self.hits = Path(self.folder.name) / "hits"
        everything = {"engine.checkpoint": "quick", "grpc.listen": "127.0.0.1:0",
                      "web.listen": "127.0.0.1:0", "publisher.endpoint": "tcp://127.0.0.1:*",
                      "publisher.high_water_mark": 100_000,
                      "publisher.mailbox_records": 100_000,
                      "recorder.directory": self.hits, "recorder.min_free_bytes": 0}
        everything.update(settings)
        # The fake engine behaves as the file is called.
        checkpoint = Path(self.folder.name) / everything["engine.checkpoint"]
        checkpoint.touch()
        everything["engine.checkpoint"] = checkpoint
        command = [program]
        for key, value in everything.items():
            command += ["--set", f"{key}={value}"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.log = []
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        if wait:
            ready = self.wait_for_log("ready grpc=")
            self.http = "http://" + re.search(r"http=(\S+)", ready)[1]
            self.results = re.search(r"results=(\S+)", ready)[1]

    def _read_log(self):
        for line in self.process.stderr:
            with self._said:
                self.log.append(line.rstrip("\n"))
                self._said.notify_all()
        with self._said:
            self.log.append(None)  # the end
            self._said.notify_all()

    def wait_for_log(self, text):
        """The first line with `text`."""
        def found():
            return next((line for line in self.log if line is None or text in line), False)
        with self._said:
            line = self._said.wait_for(lambda: found() is not False and (found() or True),
                                       PATIENCE_S) and found()
        if not line:
            self.process.kill()
            raise AssertionError(f"no line with {text!r} in the log: {self.log}")
        return line

    def get(self, path):
        """(HTTP status, body)."""
        try:
            with urllib.request.urlopen(self.http + path, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        """{series: value}, a series as name{label=value,...} with sorted labels."""
        values = {}
        for line in self.get("/metrics")[1].splitlines():
            if line and not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                name, _, labels = series.rstrip("}").partition("{")
                pairs = sorted(labels.replace('"', "").split(",")) if labels else []
                values[name + ("{" + ",".join(pairs) + "}" if pairs else "")] = float(value)
        return values

    def wait_for_metrics(self, condition):
        """The first metrics for which `condition` holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition(metrics := self.metrics()):
            if time.monotonic() > deadline:
                raise AssertionError(f"metrics never fitted: {metrics}")
        return metrics

    def stop(self):
        """Exit status after SIGTERM."""
        self.process.terminate()
        return self.wait()

    def wait(self):
        status = self.process.wait(timeout=PATIENCE_S)
        self._reader.join()
        self.process.stderr.close()
        self.log = [line for line in self.log if line is not None]
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.wait()
        self.folder.cleanup()


class Listener(threading.Thread):
    """Collects every result that is published."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.records = []
        self._arrived = threading.Condition()
        self._ending = False
        self._socket = zmq.Context.instance().socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVHWM, 0)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        self._socket.connect(endpoint)
        self.start()

    def run(self):
        while not (self._ending and self._socket.poll(500) == 0):
            if self._socket.poll(100):
                topic, body = self._socket.recv_multipart()
                with self._arrived:
                    self.records.append({"topic": topic.decode(), **json.loads(body)})
                    self._arrived.notify_all()
        self._socket.close()

    def wait_for(self, condition):
        with self._arrived:
            if not self._arrived.wait_for(lambda: condition(self.records), PATIENCE_S):
                raise AssertionError(f"only {len(self.records)} results came")

    def finish(self):
        """All records; call when the publisher has ended."""
        self._ending = True
        self.join()
        return self.records


class Detector:
    """Sends one-frame trains, numbered from 1, and remembers what each was."""

    def __init__(self, kind=zmq.PUSH):
        self.socket, self.endpoint = karabo_bridge.open_socket(kind, bind="tcp://127.0.0.1:*")
        self.sent = {}  # train id: hit?
        self.train = 0
        self._heard = kind != zmq.XPUB

    def message(self, frame):
        self.train += 1
        meta = karabo_bridge.metadata("det", self.train)
        return karabo_bridge.block("det", meta, {"image.data": frame})

    def send(self, hit):
        if not self._heard:
            assert self.socket.recv() == b"\x01"  # somebody subscribed
            self._heard = True
        self.socket.send_multipart(self.message(HIT if hit else MISS))
        self.sent[self.train] = hit

    def send_until_heard(self, listener):
        """Sends misses until `listener` hears the first result, so that it hears the rest."""
        while not listener.records:
            self.send(hit=False)
            with listener._arrived:
                listener._arrived.wait(0.05)
        return self.train

    def close(self):
        self.socket.close(linger=0)
