#include "model/studies/run_plan.h"

#include "model/simulation/simulator.h"

namespace airy::studies {
namespace {

std::string DescribeKind(const RunPlan& plan) {
  const std::string parts = " parts " + std::to_string(plan.options.shares.validation) +
                            " " + std::to_string(plan.options.shares.test) + " seed " +
                            std::to_string(plan.options.seed);
  switch (plan.kind) {
    case RunPlan::Kind::kConstant:
      return "constant answer" + parts;
    case RunPlan::Kind::kReference:
      return "model " + plan.model_sha256 + parts;
    case RunPlan::Kind::kSvm:
      return "kernel SVM share " + std::to_string(plan.options.shares.training) + parts;
    case RunPlan::Kind::kTraining:
      break;
    case RunPlan::Kind::kPretraining:
      return "pre-training " + std::string(plan.without_labels ? "without" : "with") +
             " labels on simulator " + simulation::kSimulatorVersion + " seed " +
             std::to_string(plan.pretraining_seed) + ": " +
             model::DescribeRecipe(plan.options);
  }
  return model::DescribeRecipe(plan.options);
}

}  // namespace

std::string Fingerprint(const RunPlan& plan, const std::string& set) {
  std::string text = DescribeKind(plan);
  // Pre-training has shots of its own.
  if (plan.kind != RunPlan::Kind::kPretraining) text += " | " + set;
  if (plan.shots > 0) text += " | first " + std::to_string(plan.shots);
  if (plan.noise != simulation::NoiseLevel::kNone) {
    text += " | noise ";
    text += simulation::kNoiseLevelNames[static_cast<size_t>(plan.noise)];
  }
  if (plan.timing_only) text += " | timing only";
  if (!plan.start.empty()) text += " | from " + plan.start_fingerprint;
  return text;
}

}  // namespace airy::studies
