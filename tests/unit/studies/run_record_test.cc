#include "model/studies/run_record.h"

#include <gtest/gtest.h>

#include <fstream>

#include "preprocess/frame/classes.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::studies {
namespace {

TEST(RunRecordTest, KeepsAllOfIt) {
  const testing::TempDir folder;
  RunRecord record{
      .fingerprint = "a \"quoted\" plan", .set = "simulator 3", .device = "cpu"};
  model::Metrics test;
  test.images = 10;
  test.classes.resize(kClassCount);
  test.classes[1] = {3, 2, 1};
  Add(test, &record);
  record.figures["images_per_s"] = 1.0 / 3;
  ASSERT_OK(WriteRunRecord(folder.File("r.json"), record));
  const auto read = ReadRunRecord(folder.File("r.json"));
  ASSERT_OK(read);
  EXPECT_EQ(read->fingerprint, record.fingerprint);
  EXPECT_EQ(read->set, "simulator 3");
  EXPECT_EQ(read->device, "cpu");
  EXPECT_EQ(read->figures, record.figures);
  EXPECT_EQ(read->figures.at("accuracy"), test.Accuracy());
  ASSERT_EQ(read->classes.size(), record.classes.size());
  EXPECT_EQ(read->classes[1].true_positives, 3);
  EXPECT_EQ(read->classes[1].false_positives, 2);
  EXPECT_EQ(read->classes[1].false_negatives, 1);
}

TEST(RunRecordTest, RefusesWhatIsCutOff) {
  const testing::TempDir folder;
  EXPECT_STATUS(StatusCode::kNotFound, ReadRunRecord(folder.File("none")));
  ASSERT_OK(WriteRunRecord(folder.File("r.json"), {.fingerprint = "plan"}));
  std::ifstream in(folder.File("r.json"));
  std::string text;
  std::getline(in, text);
  for (const size_t length : {size_t{1}, text.size() / 2, text.size() - 1}) {
    std::ofstream(folder.File("cut")) << text.substr(0, length) << "\n";
    EXPECT_STATUS(StatusCode::kDataLoss, ReadRunRecord(folder.File("cut")));
  }
}

}  // namespace
}  // namespace airy::studies
