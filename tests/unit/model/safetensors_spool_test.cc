#include "model/safetensors_spool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

using Shape = std::vector<int64_t>;

std::vector<float> Values(const StoredTensor& tensor) {
  std::vector<float> values(tensor.data.size() / sizeof(float));
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

size_t FilesIn(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

TEST(SafetensorsSpoolTest, PutsRowsTogetherAsTheyCame) {
  const TemporaryFolder folder;
  const std::string path = folder.File("rows.safetensors");
  const std::pair<std::string, Shape> tensors[] = {
      {"pairs", {2}}, {"numbers", {}}, {"maps", {0, 0}}, {"none", {7}}};
  auto spool = SafetensorsSpool::Create(path, tensors).value();
  for (int i = 0; i < 3; ++i) {
    const auto value = static_cast<float>(i);
    const std::vector<float> pair = {value, -value};
    const std::vector<float> map(6, 10 * value);
    ASSERT_OK(spool.Add("pairs", pair));
    ASSERT_OK(spool.Add("numbers", std::span(&value, 1)));
    ASSERT_OK(spool.Add("maps", map, {3, 2}));
  }
  const std::string of_folder = std::filesystem::path(path).parent_path();
  EXPECT_EQ(FilesIn(of_folder), 0U) << "rows must wait in files without a name";
  ASSERT_OK(spool.Finish({{"layer", "stem"}}));
  EXPECT_EQ(FilesIn(of_folder), 1U);

  const Safetensors read = ReadSafetensors(path).value();
  EXPECT_EQ(read.metadata.at("layer"), "stem");
  ASSERT_EQ(read.tensors.size(), 4U);
  EXPECT_EQ(read.tensors[0].shape, (Shape{3, 2}));
  EXPECT_EQ(Values(read.tensors[0]), (std::vector<float>{0, 0, 1, -1, 2, -2}));
  EXPECT_EQ(read.tensors[1].shape, Shape{3});
  EXPECT_EQ(read.tensors[2].shape, (Shape{3, 3, 2}));
  EXPECT_EQ(Values(read.tensors[2])[12], 20);
  EXPECT_EQ(read.tensors[3].shape, (Shape{0, 7}));
}

TEST(SafetensorsSpoolTest, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  const std::pair<std::string, Shape> tensors[] = {{"a", {1}}};
  const auto spool =
      SafetensorsSpool::Create(folder.File("no/rows.safetensors"), tensors);
  EXPECT_STATUS(StatusCode::kUnavailable, spool);
  EXPECT_NE(spool.status().message().find("no/rows.safetensors' cannot be written"),
            std::string::npos);
}

}  // namespace
}  // namespace airy::model
