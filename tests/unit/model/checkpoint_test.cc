#include "model/checkpoint.h"

#include <gtest/gtest.h>

#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

Checkpoint SomeCheckpoint() {
  Checkpoint checkpoint;
  CheckpointInfo& info = checkpoint.info;
  info.architecture = "resnet18-log";
  info.version = "7";
  info.recipe = "a recipe";
  info.data = "seed 3";
  for (size_t c = 0; c < kClassCount; ++c) {
    info.thresholds[c] = 0.05F * static_cast<float>(c) + 0.1F / 3;
  }
  info.input_size = 112;
  info.input_mean_p01 = 0.125F;
  info.input_mean_p99 = 900;
  info.metrics = {{"macro_f1", 0.625}};
  checkpoint.weights = {{"w", TensorType::kF32, {1}, std::vector<std::byte>(4)}};
  return checkpoint;
}

TEST(CheckpointTest, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  const Checkpoint written = SomeCheckpoint();
  ASSERT_OK(WriteCheckpoint(path, written));
  const auto read = ReadCheckpoint(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->info.architecture, written.info.architecture);
  EXPECT_EQ(read->info.version, written.info.version);
  EXPECT_EQ(read->info.recipe, written.info.recipe);
  EXPECT_EQ(read->info.data, written.info.data);
  EXPECT_EQ(read->info.thresholds, written.info.thresholds);
  EXPECT_EQ(read->info.input_mean_p01, written.info.input_mean_p01);
  EXPECT_EQ(read->info.input_mean_p99, written.info.input_mean_p99);
  EXPECT_EQ(read->info.input_size, written.info.input_size);
  EXPECT_EQ(read->info.metrics, written.info.metrics);
  EXPECT_EQ(read->weights.size(), 1U);
}

TEST(CheckpointTest, SaysWhichMapsTheModelSees) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  Checkpoint written = SomeCheckpoint();
  written.info.ccf.emplace();
  written.info.ccf->order = 6;
  written.info.ccf->part = transform::CcfOptions::Part::kAbsolute;
  written.info.ccf->scaling = transform::CcfScaling::kMaximum;
  written.info.ccf->grid.inner_radius_px = 12.5;
  ASSERT_OK(WriteCheckpoint(path, written));
  const auto read = ReadCheckpoint(path);
  ASSERT_OK(read);
  EXPECT_EQ(transform::DescribeInput(read->info.ccf),
            "ccf (order 6, part absolute, scaling maximum, inner radius 12.5 px)");

  written.info.ccf.emplace();  // left open: the default
  ASSERT_OK(WriteCheckpoint(path, written));
  EXPECT_EQ(ReadCheckpoint(path)->info.ccf->grid.inner_radius_px, 17);

  ASSERT_OK(WriteCheckpoint(path, SomeCheckpoint()));
  Safetensors file = ReadSafetensors(path).value();
  EXPECT_EQ(file.metadata.at("input"), "image");
  file.metadata.erase("input");  // as files from before there were maps
  ASSERT_OK(WriteSafetensors(path, file));
  EXPECT_FALSE(ReadCheckpoint(path)->info.ccf.has_value());
}

TEST(CheckpointTest, RefusesMapsThatCannotBeMade) {
  const auto message = [](const std::string& key, const std::string& value) {
    const TemporaryFolder folder;
    const std::string path = folder.File("m.safetensors");
    Checkpoint checkpoint = SomeCheckpoint();
    checkpoint.info.ccf.emplace();
    EXPECT_OK(WriteCheckpoint(path, checkpoint));
    Safetensors file = ReadSafetensors(path).value();
    file.metadata[key] = value;
    if (value.empty()) file.metadata.erase(key);
    EXPECT_OK(WriteSafetensors(path, file));
    const Status status = ReadCheckpoint(path).status();
    EXPECT_STATUS(StatusCode::kInvalidArgument, status);
    return status.message().substr(path.size() + 2);
  };
  EXPECT_EQ(message("input", "polar"),
            "metadata 'input' must be one of 'image', 'ccf'; was 'polar'");
  EXPECT_EQ(message("ccf.part", ""),
            "metadata 'ccf.part' is missing: not a checkpoint of airy");
  EXPECT_EQ(message("ccf.scaling", "sqrt"),
            "metadata 'ccf.scaling' must be one of 'log', 'maximum', 'none'; was 'sqrt'");
  EXPECT_EQ(message("ccf.order", "8.5"),
            "metadata 'ccf.order' must be a whole number; was '8.5'");
  EXPECT_EQ(message("ccf.order", "180"), "ccf.order must be 1..179; was 180");
  EXPECT_EQ(message("ccf.inner_radius_px", "120"),
            "ccf.inner_radius_px must be 0 .. below the outer radius of 111; was 120");
}

// The file of SomeCheckpoint with one metadata entry changed or, if empty, removed.
Status ReadWith(const std::string& key, const std::string& value) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  EXPECT_OK(WriteCheckpoint(path, SomeCheckpoint()));
  Safetensors file = ReadSafetensors(path).value();
  file.metadata[key] = value;
  if (value.empty()) file.metadata.erase(key);
  EXPECT_OK(WriteSafetensors(path, file));
  return ReadCheckpoint(path).status();
}

TEST(CheckpointTest, KeepsOtherClassesAndHeads) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  Checkpoint written = SomeCheckpoint();
  written.info.classes = {"icosahedron", "2_fold", "sphere", "rod"};
  written.info.thresholds = {0.5F, 0.25F, 0.125F, 1};
  written.info.head = Head::kSoftmax;
  ASSERT_OK(WriteCheckpoint(path, written));
  const auto read = ReadCheckpoint(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->info.classes, written.info.classes);
  EXPECT_EQ(read->info.thresholds, written.info.thresholds);
  EXPECT_EQ(read->info.head, Head::kSoftmax);

  ASSERT_OK(WriteCheckpoint(path, SomeCheckpoint()));
  Safetensors file = ReadSafetensors(path).value();
  EXPECT_EQ(file.metadata.at("head"), "sigmoid");
  file.metadata.erase("head");  // as files from before there were others
  ASSERT_OK(WriteSafetensors(path, file));
  EXPECT_EQ(ReadCheckpoint(path)->info.head, Head::kSigmoid);
}

TEST(CheckpointTest, RefusesClassListsThatCannotBe) {
  std::string many = "c0";
  for (int i = 1; i <= 64; ++i) many += ",c" + std::to_string(i);
  for (const std::string& classes :
       {std::string("sphere"), std::string("cat,"), std::string("cat,,dog"),
        std::string("cat,cat"), std::string("cat,Dog"), std::string("cat,d og"), many}) {
    SCOPED_TRACE(classes);
    const Status status = ReadWith("classes", classes);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("'" + classes + "'"), std::string::npos);
    EXPECT_NE(status.message().find("2..64 distinct names"), std::string::npos);
  }
  // Eleven thresholds, two classes.
  const Status count = ReadWith("classes", "cat,dog");
  EXPECT_NE(count.message().find("'thresholds' must be 2 numbers"), std::string::npos);
  EXPECT_NE(ReadWith("head", "tree").message().find("'structured'; was 'tree'"),
            std::string::npos);
}

TEST(CheckpointTest, RefusesToWriteWhatItCouldNotRead) {
  const TemporaryFolder folder;
  const std::string path = folder.File("m.safetensors");
  Checkpoint checkpoint = SomeCheckpoint();
  checkpoint.info.thresholds.pop_back();
  EXPECT_STATUS(StatusCode::kInvalidArgument, WriteCheckpoint(path, checkpoint));
  checkpoint.info.classes.pop_back();
  EXPECT_OK(WriteCheckpoint(path, checkpoint));
  checkpoint.info.head = Head::kStructured;  // which needs the eleven
  const Status status = WriteCheckpoint(path, checkpoint);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find(",layered,empty' where"), std::string::npos);
}

TEST(CheckpointTest, RefusesMetadataMissingOrOutOfRange) {
  for (const char* key : {"format", "classes", "architecture", "version", "recipe",
                          "data", "thresholds", "input_mean_p01", "input_mean_p99"}) {
    SCOPED_TRACE(key);
    EXPECT_STATUS(StatusCode::kInvalidArgument, ReadWith(key, ""));
  }
  for (const char* thresholds :
       {"0.5", "0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,1.5", "nan", ",,,,,,,,,,",
        "0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5",
        "0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,nan"}) {
    SCOPED_TRACE(thresholds);
    EXPECT_STATUS(StatusCode::kInvalidArgument, ReadWith("thresholds", thresholds));
  }
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadWith("input_mean_p01", "-1"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadWith("input_size", "100"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadWith("format", "airy-checkpoint-9"));
}

}  // namespace
}  // namespace airy::model
