"""Runs airyd on a simulated detector and shows, live, what it finds.

Started by deploy/demo, which builds the programs first. Everything is counted twice: what the
detector says it sent and what airyd says became of it; the summary is the comparison.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

import h5py
import zmq

ROOT = Path(__file__).resolve().parent.parent
CLASSES = ["spherical_oblate", "round", "elliptical", "prolate", "streak", "bent",
           "asymmetric", "newton_rings", "double_rings", "layered", "empty"]
MIN_POSITIVES = 20  # a class with fewer is left out of macro_f1


# ---- arithmetic, without any input or output ------------------------------------------------

def f1(true_positives, false_positives, false_negatives):
    denominator = 2 * true_positives + false_positives + false_negatives
    return 2 * true_positives / denominator if denominator else 0.0


def macro_f1(pairs, predict=None):
    """Mean F1 over the classes with at least MIN_POSITIVES among `pairs`, `empty` excluded.

    pairs: (true labels, found labels) for each classified frame, each a set of names.
    predict: a constant answer to score instead of the found labels.
    Returns (macro F1, {class: F1}).
    """
    per_class = {}
    for name in CLASSES:
        if name == "empty":
            continue
        if sum(name in truth for truth, _ in pairs) < MIN_POSITIVES:
            continue
        counts = Counter()
        for truth, found in pairs:
            answer = found if predict is None else predict
            counts[(name in truth, name in answer)] += 1
        per_class[name] = f1(counts[True, True], counts[False, True], counts[True, False])
    mean = sum(per_class.values()) / len(per_class) if per_class else 0.0
    return mean, per_class


def percentile(sorted_values, share):
    if not sorted_values:
        return 0.0
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def summarise(sent, results, saved_ids, gaps, rejected, recorder_drops=None):
    """Joins the sender's list with the records of airyd.

    sent: {(train_id, pulse_id): {"hit": bool, "labels": [...]}} as the detector logged it.
    results: the records airyd published, as decoded from JSON.
    saved_ids: ids found in the CXI files.
    gaps: frames that airyd knows it has missed, from the ids before and after them.
    recorder_drops: {reason: hits that were published but could not be saved}; None when
        nothing is recorded.
    """
    outcome = {}
    repeated = 0
    drops = Counter()
    pairs = []
    latencies_ms = []
    found = set()
    to_save = set()
    for record in results:
        key = (record["train_id"], record["pulse_id"])
        if record["outcome"] == "dropped":
            drops[record["drop"]["stage"] + "." + record["drop"]["reason"]] += 1
        repeated += key in outcome
        outcome[key] = record["outcome"]
        if record["hit"]:
            found.add(key)
        if record["outcome"] == "classified" and record["hit"]:
            to_save.add(key)
        if record["outcome"] == "classified":
            latencies_ms.append(1e3 * record["stage_s"]["total"])
            truth = sent.get(key)
            if truth is not None:
                pairs.append((set(truth["labels"]), set(record["labels"])))
    for reason, count in (recorder_drops or {}).items():
        drops["recorder." + reason] += count
    latencies_ms.sort()
    absent = set(sent) - set(outcome)
    # No id came after these, so airyd cannot know of them: lost in the sender's queue.
    lost_at_the_end = {key for key in absent if not outcome or key > max(outcome)}
    hits = {key for key, truth in sent.items() if truth["hit"]}
    misses = len(sent) - len(hits)
    score, per_class = macro_f1(pairs)
    constant, _ = macro_f1(pairs, predict={"spherical_oblate", "round"})
    return {
        "sent": len(sent),
        "received": len(outcome),
        "lost_before_airyd": gaps + len(lost_at_the_end),
        "unaccounted": len(absent) - len(lost_at_the_end) - gaps,
        "not_sent_but_received": len(set(outcome) - set(sent)),
        "accounted_twice": repeated,
        "dropped": dict(sorted(drops.items())),
        "messages_rejected": rejected,
        "hits_true": len(hits),
        "hits_found": len(found),
        "hits_saved": len(saved_ids),
        "hits_saved_are_hits_found": (set(saved_ids) <= to_save
                                      and len(saved_ids) == len(set(saved_ids))),
        "hits_unaccounted": (len(to_save) - len(saved_ids) - sum(recorder_drops.values())
                             if recorder_drops is not None else 0),
        "hit_recall": len(found & hits) / len(hits) if hits else None,
        "false_hit_rate": len(found - hits) / misses if misses else None,
        "macro_f1": round(score, 4),
        "macro_f1_of_constant_answer": round(constant, 4),
        "f1": {name: round(value, 4) for name, value in per_class.items()},
        "latency_ms": {name: round(percentile(latencies_ms, share), 2) for name, share in
                       [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)]},
    }


# ---- the world outside ----------------------------------------------------------------------

class Listener(threading.Thread):
    """Collects every record that airyd publishes."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.records = []
        self._finished = threading.Event()
        self._socket = zmq.Context.instance().socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVHWM, 0)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        self._socket.connect(endpoint)

    def run(self):
        while not self._finished.is_set():
            if self._socket.poll(200):
                _, body = self._socket.recv_multipart()
                self.records.append(json.loads(body))
        self._socket.close()

    def finish(self):
        self._finished.set()
        self.join()
        return self.records


def http_get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def read_metrics(http):
    """{series with labels: value} of airyd's /metrics."""
    values = {}
    for line in http_get(http + "/metrics").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    return values


def metric_sum(metrics, name):
    return int(sum(v for k, v in metrics.items() if k == name or k.startswith(name + "{")))


def recorder_drops(metrics):
    """{reason: hits that airyd could not save}."""
    drops = {}
    for series, value in metrics.items():
        if (series.startswith("airy_frames_dropped_total{") and 'stage="recorder"' in series
                and value > 0):
            reason = series.partition('reason="')[2].partition('"')[0]
            drops[reason] = drops.get(reason, 0) + int(value)
    return drops


def wait_until(condition, seconds, process=None):
    """True once condition() is; False after `seconds` or when `process` ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.1)
    return False


def is_ready(http):
    try:
        return http_get(http + "/readyz") is not None
    except OSError:
        return False


def saved_hit_ids(folder):
    """(train id, pulse id) of every shot in the hit files, as a reader of CXI sees them."""
    ids = []
    for path in sorted(Path(folder).glob("*.cxi")):
        with h5py.File(path, "r") as file:
            if "/entry_1/instrument_1/detector_1/data" not in file:
                continue  # the index beside the hit files
            trains = file["/entry_1/train_id"][:]
            pulses = file["/entry_1/pulse_id"][:]
            ids += [(int(t), int(p)) for t, p in zip(trains, pulses)]
    return ids


class Table:
    """The live view: redrawn in place on a terminal, a line every 5 s elsewhere."""

    def __init__(self, listener):
        self.listener = listener
        self.on_terminal = sys.stdout.isatty()
        self.seen = 0
        self.outcomes = Counter()
        self.labels = Counter()
        self.hits = 0
        self.latencies_ms = []
        self.recent = []  # (time, received so far) for the rate
        self.lines_drawn = 0
        self.last_line = 0.0

    def take_new(self):
        records = self.listener.records
        for record in records[self.seen:]:
            self.outcomes[record["outcome"]] += 1
            self.hits += record["hit"]
            if record["outcome"] == "classified":
                self.labels.update(record["labels"])
                self.latencies_ms.append(1e3 * record["stage_s"]["total"])
        self.seen = len(records)

    def draw(self, elapsed, total, metrics, last=False):
        self.take_new()
        now = time.monotonic()
        self.recent = [r for r in self.recent if now - r[0] < 5] + [(now, self.seen)]
        span = now - self.recent[0][0]
        rate = (self.seen - self.recent[0][1]) / span if span > 0 else 0.0
        latest = sorted(self.latencies_ms[-500:])
        drops = {k[k.index("{"):]: int(v) for k, v in metrics.items()
                 if k.startswith("airy_frames_dropped_total{") and v > 0}
        gaps = metric_sum(metrics, "airy_id_gaps_total")
        if not self.on_terminal:
            if not last and now - self.last_line < 5:
                return
            self.last_line = now
            print(f"{elapsed:5.0f} s  frames {self.seen:6d}  {rate:6.1f}/s  "
                  f"hits {self.hits:5d} ({100 * self.hits / max(1, self.seen):4.1f} %)  "
                  f"latency p50 {percentile(latest, 0.5):6.1f} ms "
                  f"p99 {percentile(latest, 0.99):6.1f} ms  "
                  f"dropped {sum(drops.values())}  lost {gaps}", flush=True)
            return
        lines = [
            f"airy  {elapsed:4.0f} of {total:.0f} s",
            "",
            f"  frames    {self.seen:8d}   {rate:7.1f} /s",
            f"  hits      {self.hits:8d}   {100 * self.hits / max(1, self.seen):7.1f} %",
            f"  latency   p50 {percentile(latest, 0.5):7.1f} ms   "
            f"p99 {percentile(latest, 0.99):7.1f} ms",
            f"  dropped   {sum(drops.values()):8d}   lost before airyd {gaps}",
            *[f"     {labels} {count}" for labels, count in sorted(drops.items())],
            "",
            "  class               hits   share of hits",
        ]
        classified = max(1, self.outcomes["classified"])
        for name in CLASSES:
            share = self.labels[name] / classified
            lines.append(f"  {name:18s} {self.labels[name]:5d}   {100 * share:5.1f} %  "
                         + "#" * round(30 * share))
        if self.lines_drawn:
            sys.stdout.write(f"\x1b[{self.lines_drawn}A")
        sys.stdout.write("".join("\x1b[2K" + line + "\n" for line in lines) + "\x1b[J")
        sys.stdout.flush()
        self.lines_drawn = len(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="deploy/demo", formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="Starts airyd on deploy/airy.toml and a simulated detector, shows live "
                    "what is found, and writes demo-summary.json in the working directory. "
                    "Exit status 1 when a frame is unaccounted for.")
    parser.add_argument("--seconds", type=float, default=60, help="how long to stream")
    parser.add_argument("--rate", type=float, default=120, help="shots per second")
    parser.add_argument("--hit-rate", type=float, default=0.2, help="share of shots that are hits")
    parser.add_argument("--keep", action="store_true",
                        help="keep the folder of CXI files and logs, and say where it is")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="override a configuration key of airyd")
    parser.add_argument("--hits", type=int, default=512, help="distinct hits in the pool")
    parser.add_argument("--misses", type=int, default=128, help="distinct misses in the pool")
    parser.add_argument("--size", type=int, default=1035, help="edge of the detector, pixels")
    parser.add_argument("--bin", default=str(ROOT / "build/release/bin"),
                        help="folder of the programs")
    arguments = parser.parse_args()
    if not 0 < arguments.rate <= 100000:
        parser.error(f"--rate must be in (0, 100000]; was {arguments.rate}")
    if not 0 <= arguments.hit_rate <= 1:
        parser.error(f"--hit-rate must be in [0, 1]; was {arguments.hit_rate}")
    if not 0 < arguments.seconds <= 7 * 86400:
        parser.error(f"--seconds must be in (0, 604800]; was {arguments.seconds}")
    return arguments


def run_to_the_end(command):
    """What a program prints. When it fails, it has said why, and its status is the demo's."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        sys.exit(f"demo: {error}")
    if done.returncode != 0:
        sys.exit(done.returncode if done.returncode > 0 else 128 - done.returncode)
    return done.stdout


def effective_config(airyd):
    """{key: value} as airyd itself prints it."""
    values = {}
    for line in run_to_the_end([*airyd, "--print-config"]).splitlines():
        key, equals, rest = line.partition(" = ")
        if equals:
            values[key.strip()] = rest.split("  #")[0].strip().strip('"')
    return values


def run(arguments, folder):
    binaries = Path(arguments.bin)
    hits_folder = folder / "hits"
    hits_folder.mkdir()
    airyd = [str(binaries / "airyd"), "--config", str(ROOT / "deploy/airy.toml"),
             "--set", f"recorder.directory={hits_folder}"]
    for override in arguments.set:
        airyd += ["--set", override]
    config = effective_config(airyd)
    http = "http://" + config["web.listen"]

    detector = [str(binaries / "airy-detector"), "simulate",
                "--hits", str(arguments.hits), "--misses", str(arguments.misses),
                "--size", str(arguments.size)]
    print("Preparing the pool of simulated shots (cached for the next time) ...", flush=True)
    run_to_the_end([*detector, "--frames", "0", "--bind", "tcp://127.0.0.1:*"])

    sent_log = folder / "sent.jsonl"
    daemon_log = open(folder / "airyd.log", "w")
    print("Starting airyd ...", flush=True)
    daemon = subprocess.Popen(airyd, stderr=daemon_log, stdout=daemon_log, cwd=ROOT)
    sender = None
    try:
        if not wait_until(lambda: is_ready(http), 120, daemon):
            daemon_log.flush()
            sys.stderr.write((folder / "airyd.log").read_text()[-4000:])
            sys.exit("demo: airyd did not become ready")
        listener = Listener(config["publisher.endpoint"])
        listener.start()
        sender = subprocess.Popen(
            [*detector, "--rate", str(arguments.rate), "--hit-rate", str(arguments.hit_rate),
             "--seconds", str(arguments.seconds), "--bind", config["source.demo.endpoint"],
             "--hwm", "240", "--wait-for-subscriber", "30", "--log", str(sent_log)],
            stdout=subprocess.PIPE, stderr=open(folder / "detector.log", "w"), text=True)

        wait_until(lambda: listener.records, 60, sender)  # the sender loads its pool first
        table = Table(listener)
        start = time.monotonic()
        while sender.poll() is None:
            if daemon.poll() is not None:
                sys.stderr.write((folder / "airyd.log").read_text()[-4000:])
                sys.exit(f"demo: airyd ended with status {daemon.returncode}")
            table.draw(time.monotonic() - start, arguments.seconds, read_metrics(http))
            time.sleep(0.5)
        if sender.returncode != 0:
            sys.stderr.write((folder / "detector.log").read_text()[-4000:])
            sys.exit(f"demo: the detector ended with status {sender.returncode}")

        sent = {}
        for line in sent_log.read_text().splitlines():
            shot = json.loads(line)
            sent[shot["train_id"], shot["pulse_id"]] = shot
        # Everything that arrived must end; what did not is in the gaps.
        wait_until(lambda: len(listener.records) >=
                   len(sent) - metric_sum(read_metrics(http), "airy_id_gaps_total"), 10, daemon)
        wait_until(lambda: all(value == 0 for series, value in read_metrics(http).items()
                               if series.startswith("airy_queue_depth{")), 10, daemon)
        metrics = read_metrics(http)
        table.draw(time.monotonic() - start, arguments.seconds, metrics, last=True)

        daemon.send_signal(signal.SIGTERM)
        status = daemon.wait(timeout=30)
        if status != 0:
            sys.exit(f"demo: airyd ended with status {status}")
        records = listener.finish()
    finally:
        for process in (sender, daemon):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    summary = summarise(sent, records, saved_hit_ids(hits_folder),
                        gaps=metric_sum(metrics, "airy_id_gaps_total"),
                        rejected=metric_sum(metrics, "airy_messages_rejected_total"),
                        recorder_drops=(recorder_drops(metrics)
                                        if config["recorder.enabled"] == "true" else None))
    detector_summary = json.loads(sender.stdout.read().splitlines()[-1])
    summary["rate"] = {"asked": arguments.rate, "reached": detector_summary["rate"]}
    return summary


def main():
    arguments = parse_arguments()
    folder = Path(tempfile.mkdtemp(prefix="airy-demo-"))
    try:
        summary = run(arguments, folder)
    finally:
        if arguments.keep:
            print(f"CXI files and logs are kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    Path("demo-summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    print(json.dumps(summary, indent=2))
    lost = (summary["unaccounted"] or summary["accounted_twice"]
            or summary["not_sent_but_received"] or not summary["hits_saved_are_hits_found"]
            or summary["hits_unaccounted"])
    if lost:
        sys.exit("demo: the books do not balance, see demo-summary.json")


if __name__ == "__main__":
    # A closed terminal or Ctrl-C must still stop the programs and remove the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(1))
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
