"""Reads `airy-trainer evaluate --json` from stdin and checks that its figures follow from
its counts: read_evaluation.py IMAGES MODELS."""

import json
import sys

images, models = int(sys.argv[1]), int(sys.argv[2])
report = json.load(sys.stdin)
FIGURES = ("accuracy", "precision", "recall", "macro_f1", "macro_f1_20",
           "mean_average_precision", "exact_share", "calibration_error", "brier_score",
           "rule_violation_rate")


def near(a, b):
    assert abs(a - b) < 2e-6, (a, b)


def ratio(part, whole):
    return part / whole if whole else 0.0


def check(result):
    classes = result["classes"]
    assert len(classes) == 11 and list(classes)[7] == "newton_rings"
    total = {key: sum(row[key] for row in classes.values())
             for key in ("true_positives", "false_positives", "false_negatives")}
    true, false, missed = total.values()
    near(result["accuracy"], 1 - (false + missed) / (11 * images))
    near(result["precision"], ratio(true, true + false))
    near(result["recall"], ratio(true, true + missed))
    present = [row for row in classes.values() if row["positives"]]
    near(result["macro_f1"], sum(row["f1"] for row in present) / len(present))
    near(result["mean_average_precision"],
         sum(row["average_precision"] for row in present) / len(present))
    near(result["brier_score"], sum(row["brier_score"] for row in classes.values()) / 11)
    for name in FIGURES:
        assert 0 <= result[name] <= 1, name


assert report["images"] == images and report["data"] == "spots"
assert len(report["models"]) == models
check(report["constant"])
assert report["constant"]["rule_violation_rate"] == 0
for model in report["models"]:
    check(model)
    assert model["architecture"] == "resnet18-log" and len(model["sha256"]) == 64
    for name, (low, high) in model["intervals"].items():
        assert 0 <= low <= high <= 1, name
    assert set(model["intervals"]) >= {"accuracy", "macro_f1", "mean_average_precision"}
    for row in model["classes"].values():
        assert 0 < row["threshold"] < 1
        assert row["f1_interval"][0] <= row["f1_interval"][1]
    assert sum(bin["cells"] for bin in model["reliability"]) == 11 * images
    near(model["rule_violation_rate"], model["answers_that_break_a_rule"] / images)
    rows = model["combinations"]
    assert sum(row["images"] for row in rows) == images
    assert all(sum(row["answers"].values()) == row["images"] for row in rows)
    near(model["exact_share"], sum(row["right"] for row in rows) / images)

over = report["over_models"]
for name in FIGURES:
    near(over[name]["mean"], sum(m[name] for m in report["models"]) / models)
    assert ("standard_error" in over[name]) == (models > 1)
assert len(over["f1"]) == 11
