#include "proto/images/image_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::images {
namespace {

using ::testing::ElementsAre;

TEST(ImageNamesTest, TakesTheDatasetOffAfterAFileThatExists) {
  const airy::testing::TempDir folder;
  std::ofstream(folder.File("a.h5"));
  const auto name = ParseImageName(folder.File("a.h5") + ":/entry_1/x:/y");
  ASSERT_OK(name);
  EXPECT_EQ(name->path, folder.File("a.h5"));
  EXPECT_EQ(name->dataset, "/entry_1/x:/y");
  EXPECT_STATUS(StatusCode::kNotFound, ParseImageName(folder.File("b.h5") + ":/x"));
}

TEST(ImageNamesTest, LeavesANameAloneThatExistsAsItIs) {
  const airy::testing::TempDir folder;
  std::filesystem::create_directories(folder.File("run:"));
  std::ofstream(folder.File("run:/a.h5"));
  const auto plain = ParseImageName(folder.File("run:/a.h5"));
  ASSERT_OK(plain);
  EXPECT_EQ(plain->dataset, "");
  const auto inside = ParseImageName(folder.File("run:/a.h5:/x"));
  ASSERT_OK(inside);
  EXPECT_EQ(inside->path, folder.File("run:/a.h5"));
  EXPECT_EQ(inside->dataset, "/x");
}

TEST(ImageNamesTest, ListsAFolderByNumberAndLeavesOutWhatRepeats) {
  const airy::testing::TempDir folder;
  for (const char* name :
       {"r2_shot10.h5", "r2_shot9.h5", "r10_shot1.h5", "R1.CXI", "r2_shot09.h5",
        "r2_index.cxi", "r2_00001_views.cxi", "r2.cxi.partial", "log.txt", "r2.h5"}) {
    std::ofstream(folder.File(name));
  }
  std::filesystem::create_directories(folder.File("sub.h5"));
  const auto files = ImageFiles(folder.path().string() + ":/data");
  ASSERT_OK(files);
  std::vector<std::string> names;
  for (const std::string& file : *files) {
    EXPECT_TRUE(file.ends_with(":/data"));
    names.push_back(std::filesystem::path(file.substr(0, file.size() - 6)).filename());
  }
  EXPECT_THAT(names, ElementsAre("R1.CXI", "r2.h5", "r2_shot09.h5", "r2_shot9.h5",
                                 "r2_shot10.h5", "r10_shot1.h5"));
}

}  // namespace
}  // namespace airy::images
