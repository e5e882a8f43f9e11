#include "model/studies/study_rows.h"

namespace airy::studies {

using simulation::NoiseLevel;

RunPlan Training(const StudySettings& settings, const std::string& architecture) {
  RunPlan plan;
  plan.name = architecture;
  plan.options = settings.base;
  plan.options.architecture = architecture;
  plan.shots = settings.size.shots;
  return plan;
}

void SetShare(int percent, RunPlan* plan) {
  if (percent == 100) return;
  plan->options.shares.training = percent / 100.0;
  plan->name += "-share-" + std::to_string(percent);
}

void SetInput(bool maps, NoiseLevel noise, RunPlan* plan) {
  if (maps) {
    plan->options.ccf.emplace();
    plan->name += "-ccf";
  }
  if (noise == NoiseLevel::kNone) return;
  plan->noise = noise;
  plan->name +=
      "-noise-" + std::string(simulation::kNoiseLevelNames[static_cast<size_t>(noise)]);
}

std::string Percent(int percent) { return std::to_string(percent) + " %"; }

void AddBaselines(const StudySettings& settings, Study* study) {
  RunPlan plan;
  plan.options.shares = settings.base.shares;
  plan.options.device = settings.base.device;
  plan.shots = settings.size.shots;
  if (!settings.reference.empty()) {
    plan.name = "reference";
    plan.kind = RunPlan::Kind::kReference;
    plan.model = settings.reference;
    plan.model_sha256 = settings.reference_sha256;
    study->rows.push_back({.name = "reference", .plan = plan});
  }
  plan.name = "constant";
  plan.kind = RunPlan::Kind::kConstant;
  study->rows.push_back({.name = "constant answer", .plan = plan});
}

void ClaimAllFigures(const std::string& text, const std::vector<std::string>& falling,
                     Study* study) {
  for (const char* figure : {"accuracy", "precision", "recall"}) {
    study->claims.push_back({text, figure, falling});
  }
}

}  // namespace airy::studies
