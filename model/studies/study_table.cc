#include <array>

#include "model/studies/study_rows.h"

namespace airy::studies {
namespace {

using simulation::NoiseLevel;

constexpr const char kMainRow[] = "ResNet18, alpha 0.2";

Study Alpha(const StudySettings& settings) {
  Study study{.title = "Logarithmic activation (Table 4)"};
  constexpr std::array kAlphas = {"0.2", "0.5", "1"};
  constexpr std::array<PaperFigures, 4> kPaper = {
      {{.965, .922, .870}, {.960, .920, .870}, {.959, .922, .868}, {.955, .918, .867}}};
  for (size_t i = 0; i < kPaper.size(); ++i) {
    const bool log = i < kAlphas.size();
    // The network's own name for its own alpha, so that studies share the run.
    const std::string architecture = !log     ? "resnet18"
                                     : i == 0 ? kBest
                                              : std::string(kBest) + kAlphas[i];
    const std::string name = log ? std::string("alpha ") + kAlphas[i] : "unmodified";
    study.rows.push_back({.name = i == 0 ? kMainRow : "ResNet18, " + name,
                          .plan = Training(settings, architecture),
                          .paper = kPaper[i],
                          .x = static_cast<int>(i)});
    study.x_names.push_back(name);
  }
  ClaimAllFigures("the logarithm helps", {kMainRow, "ResNet18, unmodified"}, &study);
  study.claims.push_back(
      {"the smaller alpha, the better",
       "accuracy",
       {kMainRow, "ResNet18, alpha 0.5", "ResNet18, alpha 1", "ResNet18, unmodified"}});
  AddBaselines(settings, &study);
  return study;
}

Study TrainingSize(const StudySettings& settings) {
  Study study{.title = "Number of labelled images (Table 5)",
              .note =
                  "Shares are of the training images; validation and test images stay "
                  "the same."};
  constexpr std::array kShares = {100, 75, 50, 25};
  constexpr std::array<PaperFigures, 4> kPaper = {
      {{.965, .922, .870}, {.915, .821, .771}, {.829, .740, .679}, {.797, .673, .593}}};
  std::vector<std::string> names;
  for (size_t i = 0; i < kShares.size(); ++i) {
    RunPlan plan = Training(settings, kBest);
    SetShare(kShares[i], &plan);
    names.push_back(Percent(kShares[i]));
    study.rows.push_back({.name = names.back(),
                          .plan = plan,
                          .paper = kPaper[i],
                          .x = static_cast<int>(i)});
  }
  study.x_names = names;
  ClaimAllFigures("each quarter of the labels counts", names, &study);
  AddBaselines(settings, &study);
  // Its accuracy on the real labels is 0.933: Table 5 falls far below it.
  study.claims.push_back(
      {"a quarter of the labels beats no look at the images (our goal)",
       "accuracy",
       {"25 %", "constant answer"}});
  return study;
}

Study Noise(const StudySettings& settings) {
  Study study{.title = "Images and CCF maps under noise (Table 6)",
              .note =
                  "To every pixel is added a number drawn evenly from 0 to the median "
                  "over the set's images of their mean, mean + standard deviation, or "
                  "maximum. Reference and constant answer: without noise."};
  struct Level {
    NoiseLevel level;
    const char* name;
    PaperFigures image, map;
  };
  constexpr std::array<Level, 4> kLevels = {{
      {NoiseLevel::kNone, "none", {.965, .922, .870}, {.950, .901, .838}},
      {NoiseLevel::kMean, "mean", {.954, .910, .853}, {.948, .897, .833}},
      {NoiseLevel::kMeanStd, "mean + std", {.944, .887, .815}, {.946, .893, .823}},
      {NoiseLevel::kMax, "max", {.926, .865, .808}, {.944, .905, .814}},
  }};
  for (size_t i = 0; i < kLevels.size(); ++i) {
    const Level& level = kLevels[i];
    study.x_names.emplace_back(level.name);
    const std::string noise = std::string(", noise ") + level.name;
    for (const bool maps : {false, true}) {
      RunPlan plan = Training(settings, kBest);
      SetInput(maps, level.level, &plan);
      study.rows.push_back({.name = (maps ? "CCF map" : "image") + noise,
                            .plan = plan,
                            .paper = maps ? level.map : level.image,
                            .x = static_cast<int>(i),
                            .curve = maps ? "CCF map" : "image"});
    }
    const bool image_first = i < 2;
    ClaimAllFigures(image_first ? "images are better" : "CCF maps are better",
                    {(image_first ? "image" : "CCF map") + noise,
                     (image_first ? "CCF map" : "image") + noise},
                    &study);
  }
  AddBaselines(settings, &study);
  return study;
}

Study Depth(const StudySettings& settings) {
  Study study{.title = "Depth (Tables 9 and 10)",
              .note =
                  "Networks without the logarithm, as in Table 9. Images/s of the "
                  "paper: two GTX 1080 Ti, from its hours for 200 epochs."};
  struct Network {
    const char* architecture;
    const char* name;
    PaperFigures paper;
    bool large;
  };
  constexpr std::array<Network, 5> kNetworks = {{
      {"resnet18", "ResNet18", {.955, .918, .866, .694}, false},
      {"resnet50", "ResNet50", {.958, .917, .864, 1.814}, false},
      {"resnet101", "ResNet101", {.964, .925, .878, 2.820}, true},
      {"vgg16", "VGG16", {.958, .923, .867, 6.541}, true},
      {"vgg19", "VGG19", {.959, .920, .867, 6.726}, true},
  }};
  for (size_t i = 0; i < kNetworks.size(); ++i) {
    const Network& network = kNetworks[i];
    RunPlan plan = Training(settings, network.architecture);
    if (network.large && settings.size.timing_shots > 0) {
      plan.timing_only = true;
      plan.name += "-timing";
      plan.shots = settings.size.timing_shots;
      plan.options.schedule = {
          {.size = settings.size.pixels, .epochs = settings.size.timing_epochs}};
      plan.options.warmup_epochs = 0;
    }
    study.rows.push_back({.name = network.name,
                          .plan = plan,
                          .paper = network.paper,
                          .x = static_cast<int>(i)});
    study.x_names.emplace_back(network.name);
  }
  study.claims.push_back(
      {"deeper ResNets are better", "accuracy", {"ResNet101", "ResNet50", "ResNet18"}});
  study.claims.push_back(
      {"the deepest ResNet beats both VGGs", "accuracy", {"ResNet101", "VGG19"}});
  study.claims.push_back(
      {"the deepest ResNet beats both VGGs", "accuracy", {"ResNet101", "VGG16"}});
  study.per_class = true;
  AddBaselines(settings, &study);
  return study;
}

Study Svm(const StudySettings& settings) {
  Study study{.title = "Kernel SVM on radial and angular features",
              .note =
                  "In the manner of Bobkov et al., J. Synchrotron Rad. 22, 1345 "
                  "(2015), who report an accuracy of 0.87 on a confident subset of "
                  "CXIDB-10: another set, with one class per image."};
  study.rows.push_back({.name = kMainRow, .plan = Training(settings, kBest), .x = 0});
  RunPlan plan;
  plan.name = "svm";
  plan.kind = RunPlan::Kind::kSvm;
  plan.options.shares = settings.base.shares;
  plan.shots = settings.size.shots;
  study.rows.push_back({.name = "kernel SVM", .plan = plan, .x = 1});
  study.x_names = {"ResNet18", "SVM"};
  study.per_class = true;
  AddBaselines(settings, &study);
  for (const StudyRow& row : study.rows) {
    if (row.name == kMainRow) continue;
    study.claims.push_back(
        {"the network is better (our must)", "macro_f1", {kMainRow, row.name}});
  }
  return study;
}

struct StudyEntry {
  StudyName name;
  Study (*make)(const StudySettings& settings);
};

// A new study is one function and one row here.
constexpr std::array kStudies = {
    StudyEntry{{"alpha", "Table 4: ResNet18 with the logarithmic activation and without"},
               Alpha},
    StudyEntry{{"training-size", "Table 5: 25, 50, 75 and 100 % of the labels"},
               TrainingSize},
    StudyEntry{{"noise", "Table 6: images and CCF maps under four levels of noise"},
               Noise},
    StudyEntry{{"depth", "Tables 9 and 10: ResNet18, 50, 101, VGG16, 19; per class"},
               Depth},
    StudyEntry{{"svm", "a kernel SVM on features beside ResNet18; needs OpenCV"}, Svm},
    StudyEntry{{"label-efficiency",
                "Table 5 down to 5 %, with pre-training (labelled or not) and without"},
               MakeLabelEfficiency},
};

}  // namespace

std::span<const StudyName> StudyNames() {
  static const auto kNames = [] {
    std::array<StudyName, kStudies.size()> names;
    for (size_t i = 0; i < names.size(); ++i) names[i] = kStudies[i].name;
    return names;
  }();
  return kNames;
}

Result<Study> MakeStudy(const std::string& name, const StudySettings& settings) {
  std::string known;
  for (const StudyEntry& entry : kStudies) {
    if (entry.name.name == name) {
      Study study = entry.make(settings);
      study.name = name;
      return study;
    }
    known.append(entry.name.name).append(", ");
  }
  return InvalidArgument("study must be one of: " + known + "all; was '" + name + "'");
}

}  // namespace airy::studies
