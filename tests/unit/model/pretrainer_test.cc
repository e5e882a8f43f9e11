#include "model/pretrainer.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/random_stream.h"
#include "model/redundancy_loss.h"
#include "model/training_batch.h"
#include "tests/testing/status.h"
#include "tests/unit/model/rings_and_bands.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

TrainerOptions PretrainingOptions(int epochs) {
  TrainerOptions options = SmallOptions(epochs);
  options.batch = 10;
  options.learning_rate = 0.02;
  return options;
}

// A network's embeddings of all images as they are, [n, d].
torch::Tensor EmbeddingsOf(const Checkpoint& checkpoint, const Dataset& dataset) {
  const auto network =
      CreateNetwork(checkpoint.info.architecture, kPretrainingOutputs).value();
  EXPECT_OK(LoadWeights(checkpoint.weights, network.get()));
  network->eval();
  const BatchMaker batches =
      BatchMaker::Create(&dataset, std::nullopt, {}, /*seed=*/1, torch::kCPU).value();
  std::vector<int64_t> all;
  for (int64_t i = 0; i < dataset.size(); ++i) all.push_back(i);
  const torch::NoGradGuard no_grad;
  const LoadedBatch loaded = batches.Load({all})->Next().value();
  return network->forward(batches.Make(loaded, 56).images);
}

TEST(RedundancyLossTest, IsZeroForEqualViewsOfIndependentComponents) {
  // Rows of a Hadamard matrix: means 0, correlations 0.
  const torch::Tensor views = torch::tensor(
      {{1.F, 1.F, 1.F}, {-1.F, 1.F, -1.F}, {1.F, -1.F, -1.F}, {-1.F, -1.F, 1.F}});
  EXPECT_NEAR(RedundancyLoss(views, 5 * views + 2, 0.1).item<double>(), 0, 1e-6);
  // Two of three components alike: two pairs that correlate with 1.
  const torch::Tensor alike = views.index_select(1, torch::tensor({0, 0, 1}));
  EXPECT_NEAR(RedundancyLoss(alike, alike, 0.1).item<double>(), 0.2, 1e-4);
  // Opposite views: each component correlates with -1.
  EXPECT_NEAR(RedundancyLoss(views, -views, 0.1).item<double>(), 3 * 4, 1e-3);
  // All images in one place: nothing correlates.
  const torch::Tensor collapsed = torch::ones({4, 3});
  EXPECT_NEAR(RedundancyLoss(collapsed, collapsed, 0.1).item<double>(), 3, 1e-6);
}

// Rings of four widths, all around or in two lobes: eight kinds, one after the other. No
// two images of a kind are alike.
constexpr int kKinds = 8;
Dataset EightKinds(int count) {
  Dataset dataset("eight kinds");
  for (int i = 0; i < count; ++i) {
    RandomStream random(/*seed=*/5, /*stream=*/0, static_cast<uint64_t>(i));
    const double width = std::array{2.0, 3.5, 6.0, 10.0}[static_cast<size_t>(i) % 4];
    const double lobes = i % kKinds < 4 ? 0 : 0.9;
    const double phase = random.Uniform(0, 2 * M_PI);
    const double turn = random.Uniform(0, M_PI);
    const double down = random.Uniform(-6, 6);
    const double right = random.Uniform(-6, 6);
    std::vector<float> pixels;
    for (int row = 0; row < kInputSize; ++row) {
      for (int col = 0; col < kInputSize; ++col) {
        const double y = row - 112 - down;
        const double x = col - 112 - right;
        const double radius = std::hypot(x, y);
        pixels.push_back(static_cast<float>(
            100 * std::exp(-radius / 60) * (1 + std::cos(radius / width + phase)) *
            (1 + lobes * std::cos(2 * (std::atan2(y, x) - turn)))));
      }
    }
    EXPECT_OK(dataset.Add(pixels, Labels{}));
  }
  return dataset;
}

// Over how many directions rows are spread: n for equal spreads along n of them (the
// participation ratio of the eigenvalues of their covariance).
double DirectionsOf(const torch::Tensor& rows) {
  const torch::Tensor centred = rows - rows.mean(0, true);
  const torch::Tensor spreads = centred.t().mm(centred);
  return (spreads.trace().square() / spreads.square().sum()).item<double>();
}

// How often the row nearest to a row is of its kind.
double NearestOfAKind(const torch::Tensor& rows) {
  torch::Tensor distances = torch::cdist(rows, rows);
  distances.fill_diagonal_(INFINITY);
  const torch::Tensor kinds = torch::arange(rows.size(0)).remainder(kKinds);
  const torch::Tensor nearest = kinds.index_select(0, distances.argmin(1));
  return nearest.eq(kinds).to(torch::kFloat32).mean().item<double>();
}

TEST(PretrainerTest, SpreadsImagesOverDirectionsByKind) {
  const Dataset dataset = EightKinds(64);
  TrainerOptions options = PretrainingOptions(6);
  options.batch = 32;
  std::vector<double> losses;
  const auto outcome = Pretrain(options, dataset, [&](const TrainProgress& progress) {
    EXPECT_LT(progress.macro_f1, 0);
    if (progress.step % 2 == 0) losses.push_back(progress.loss);
    return true;
  });
  ASSERT_OK(outcome);
  ASSERT_EQ(losses.size(), 6U);
  EXPECT_LT(losses.back(), losses.front());
  const torch::Tensor embeddings = EmbeddingsOf(outcome->checkpoint, dataset);
  ASSERT_EQ(embeddings.size(1), kPretrainingOutputs);
  EXPECT_GT(DirectionsOf(embeddings), 3);
  // Of random weights 0.77.
  EXPECT_GT(NearestOfAKind(embeddings), 0.8);
}

TEST(PretrainerTest, GivesWhatATrainingStartsFromAndNoLabels) {
  const TemporaryFolder folder;
  Dataset dataset = RingsAndBands(20);
  TrainerOptions options = PretrainingOptions(1);
  options.checkpoint_path = folder.File("start.safetensors");
  const auto outcome = Pretrain(options, dataset, KeepGoing);
  ASSERT_OK(outcome);
  // Other labels, same weights.
  Dataset unlabelled("rings and bands");
  std::vector<float> pixels(size_t{kInputSize} * kInputSize);
  for (int64_t i = 0; i < dataset.size(); ++i) {
    ASSERT_OK(dataset.Read(i, pixels));
    ASSERT_OK(unlabelled.Add(pixels, Labels{}));
  }
  const auto without = Pretrain(options, unlabelled, KeepGoing);
  ASSERT_OK(without);
  ASSERT_EQ(without->checkpoint.weights.size(), outcome->checkpoint.weights.size());
  for (size_t i = 0; i < without->checkpoint.weights.size(); ++i) {
    EXPECT_EQ(without->checkpoint.weights[i].data, outcome->checkpoint.weights[i].data);
  }
  TrainerOptions training = SmallOptions(1);
  training.init = options.checkpoint_path;
  EXPECT_OK(Trainer::Create(training, &dataset).value()->Fit(KeepGoing));
  // It cannot be served.
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CreateTorchEngine({.checkpoint = options.checkpoint_path}));
}

TEST(PretrainerTest, GoesOnAfterAStopAsIfThereHadBeenNone) {
  const TemporaryFolder folder;
  const Dataset dataset = RingsAndBands(20);
  TrainerOptions options = PretrainingOptions(3);
  const auto whole = Pretrain(options, dataset, KeepGoing);
  ASSERT_OK(whole);
  options.state_path = folder.File("state");
  EXPECT_STATUS(StatusCode::kCancelled,
                Pretrain(options, dataset, [](const TrainProgress& progress) {
                  return progress.step < 3;  // within the second epoch
                }));
  const auto stopped = Pretrain(options, dataset, KeepGoing);
  ASSERT_OK(stopped);
  for (size_t i = 0; i < whole->checkpoint.weights.size(); ++i) {
    ASSERT_EQ(stopped->checkpoint.weights[i].data, whole->checkpoint.weights[i].data)
        << whole->checkpoint.weights[i].name;
  }
}

TEST(PretrainerTest, RefusesWhatItCannotDo) {
  const Dataset dataset = RingsAndBands(4);
  TrainerOptions options = PretrainingOptions(1);
  options.accumulate = 2;
  EXPECT_STATUS(StatusCode::kInvalidArgument, Pretrain(options, dataset, KeepGoing));
  options.accumulate = 1;
  options.init = "other.safetensors";
  EXPECT_STATUS(StatusCode::kInvalidArgument, Pretrain(options, dataset, KeepGoing));
  options.init.clear();
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                Pretrain(options, Dataset("none"), KeepGoing));
}

}  // namespace
}  // namespace airy::model
