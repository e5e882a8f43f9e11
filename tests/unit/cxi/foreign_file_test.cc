#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "proto/cxi/shot_file.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::cxi {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Labels LabelsOf(std::initializer_list<int> classes) {
  Labels labels{};
  for (const int c : classes) labels[static_cast<size_t>(c)] = 1;
  return labels;
}

// Files that an h5py script wrote as other people's programs do.
class ForeignFileTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new airy::testing::TempDir;
    const airy::testing::CommandResult written = airy::testing::RunCommand(
        "/usr/bin/python3 " AIRY_SCRIPTS "/write_foreign.py " + folder_->path().string());
    ASSERT_EQ(written.exit_code, 0) << written.lines.back();
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string Foreign(const std::string& kind) {
    return folder_->File(kind + ".cxi");
  }

 private:
  static inline airy::testing::TempDir* folder_ = nullptr;
};

// Everything a file of petra3_p25.cxi's layout tells.
void ExpectPetra(const ShotReader& reader) {
  const ShotSetInfo& info = reader.info();
  EXPECT_EQ(info.rows, 100);
  EXPECT_EQ(info.cols, 100);
  EXPECT_EQ(info.type, PixelType::kInt32);
  EXPECT_FALSE(info.labelled);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, reader.ReadLabels());

  const auto energies = reader.ReadPhotonEnergiesJ();
  ASSERT_OK(energies);
  EXPECT_EQ(std::ssize(*energies), info.shots);
  EXPECT_THAT(*energies, Each(DoubleNear(2.0280385e-15, 1e-21)));

  const auto setup = reader.ReadSetup();
  ASSERT_OK(setup);
  EXPECT_EQ(setup->mask.size(), 100U * 100U);
  const DetectorGeometry& geometry = setup->geometry;
  EXPECT_NEAR(geometry.distance_m.value(), 1.12, 1e-6);
  EXPECT_NEAR(geometry.x_pixel_size_m.value(), 55e-6, 1e-12);
  EXPECT_NEAR(geometry.y_pixel_size_m.value(), 55e-6, 1e-12);
  const auto near = [](double metres) { return DoubleNear(metres, 1e-12); };
  EXPECT_THAT(
      geometry.basis_vectors_m.value(),
      ElementsAre(ElementsAre(0, near(-55e-6), 0), ElementsAre(near(-55e-6), 0, 0)));
  EXPECT_FALSE(geometry.corner_position_m);
}

TEST_F(ForeignFileTest, ReadsAPtychographyOfCdtools) {
  auto reader = ShotReader::Open(Foreign("petra"));
  ASSERT_OK(reader);
  ExpectPetra(**reader);
  EXPECT_EQ((*reader)->info().shots, 60);
  std::vector<int32_t> pixels(100 * 100);
  std::vector<int32_t> expected(pixels.size());
  for (const int shot : {0, 24, 25, 59, 3}) {
    ASSERT_OK((*reader)->ReadPixels(shot, pixels.data()));
    std::iota(expected.begin(), expected.end(), shot * 10'000 - 3);
    EXPECT_EQ(pixels, expected) << shot;
  }
  const auto setup = (*reader)->ReadSetup();
  ASSERT_OK(setup);
  EXPECT_EQ(setup->mask[5], 0x80U);
  const std::vector<uint8_t> good = GoodPixels(setup->mask);
  EXPECT_EQ(good[5], 0) << "bad";
  EXPECT_EQ(good[6], 1) << "has signal";
  EXPECT_EQ(std::accumulate(good.begin(), good.end(), 0), 100 * 100 - 1);
}

// The file whose layout the test above imitates, where somebody has it.
TEST_F(ForeignFileTest, ReadsTheRealFileTheEnvironmentNames) {
  const char* path = std::getenv("AIRY_PETRA3_CXI");
  if (path == nullptr) GTEST_SKIP() << "AIRY_PETRA3_CXI does not name petra3_p25.cxi";
  auto reader = ShotReader::Open(path);
  ASSERT_OK(reader);
  ExpectPetra(**reader);
  ASSERT_EQ((*reader)->info().shots, 200);
  std::vector<int32_t> pixels(100 * 100);
  int32_t largest = 0;
  for (int shot = 0; shot < 200; ++shot) {
    ASSERT_OK((*reader)->ReadPixels(shot, pixels.data()));
    largest = std::max(largest, *std::max_element(pixels.begin(), pixels.end()));
  }
  EXPECT_EQ(largest, 29176);
}

TEST_F(ForeignFileTest, ReadsAShotFromEachEntryOfCxidb94) {
  auto reader = ShotReader::Open(Foreign("cxidb94"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 12);
  EXPECT_EQ((*reader)->info().rows, 3);
  EXPECT_EQ((*reader)->info().type, PixelType::kFloat32);
  EXPECT_TRUE((*reader)->info().labelled);
  std::vector<float> pixels(12);
  for (const int shot : {0, 9, 11, 1}) {  // entry_10 comes after entry_9
    ASSERT_OK((*reader)->ReadPixels(shot, pixels.data()));
    EXPECT_EQ(pixels[11], static_cast<float>(100 * (shot + 1) + 11));
  }
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  ASSERT_EQ(labels->size(), 12U);
  EXPECT_EQ((*labels)[0], LabelsOf({kSphericalOblate, kRound, kNewtonRings}));
  EXPECT_EQ((*labels)[9], LabelsOf({kEmpty}));
  const auto names = (*reader)->ReadIdentifiers();
  ASSERT_OK(names);
  ASSERT_EQ(names->size(), 12U);
  EXPECT_EQ(names->front(), "123456001");
  EXPECT_EQ(names->back(), "123456012") << "a string here, an integer there";
  const auto energies = (*reader)->ReadPhotonEnergiesJ();
  ASSERT_OK(energies);
  ASSERT_EQ(energies->size(), 12U);
  EXPECT_NEAR(energies->at(1), 19.02 * 1.602176634e-19, 1e-25);
}

TEST_F(ForeignFileTest, NamesTheEntryThatIsUnlikeTheOthers) {
  std::vector<float> pixels(12);
  auto reader = ShotReader::Open(Foreign("cxidb94_odd_shape"));
  ASSERT_OK(reader);
  EXPECT_OK((*reader)->ReadPixels(0, pixels.data()));
  const Status odd = (*reader)->ReadPixels(1, pixels.data());
  EXPECT_EQ(odd.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(odd.message(),
              HasSubstr("/entry_2/instrument_1/detector_1/data must hold one image of 3 "
                        "x 4 float32"));
  EXPECT_THAT(odd.message(), HasSubstr("holds 1 of 4 x 4 float32"));
  const Status gone = (*reader)->ReadPixels(2, pixels.data());
  EXPECT_THAT(gone.message(),
              HasSubstr("no dataset at /entry_3/instrument_1/detector_1/data"));
  const auto labels = (*reader)->ReadLabels();
  EXPECT_EQ(labels.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(labels.status().message(),
              HasSubstr("/entry_2/note_1/data must hold 11 integers for each of 1 shots; "
                        "was 10 of int64"));
}

TEST_F(ForeignFileTest, ReadsTypesThatNumpyWritesByDefault) {
  auto integers = ShotReader::Open(Foreign("types"), "/int64");
  ASSERT_OK(integers);
  EXPECT_EQ((*integers)->info().type, PixelType::kFloat64);
  std::vector<double> counts(12);
  ASSERT_OK((*integers)->ReadPixels(1, counts.data()));
  EXPECT_EQ(counts.back(), 23);
  auto halves = ShotReader::Open(Foreign("types"), "/float16");
  ASSERT_OK(halves);
  std::vector<float> floats(12);
  ASSERT_OK((*halves)->ReadPixels(1, floats.data()));
  EXPECT_EQ(floats.back(), 23);
  auto bytes = ShotReader::Open(Foreign("types"), "/int8");
  ASSERT_OK(bytes);
  std::vector<int16_t> shorts(12);
  ASSERT_OK((*bytes)->ReadPixels(1, shorts.data()));
  EXPECT_EQ(shorts.back(), 23);
}

TEST_F(ForeignFileTest, TakesTheAxisOfShotsAmongAxesOfOne) {
  auto reader = ShotReader::Open(Foreign("types"), "/one_module");
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 2);
  std::vector<uint16_t> pixels(12);
  ASSERT_OK((*reader)->ReadPixels(1, pixels.data()));
  EXPECT_EQ(pixels.front(), 12);
}

TEST_F(ForeignFileTest, FindsMaskAndPixelSizesOfCheetah) {
  auto reader = ShotReader::Open(Foreign("cheetah"));
  ASSERT_OK(reader);
  const auto setup = (*reader)->ReadSetup();
  ASSERT_OK(setup);
  EXPECT_THAT(setup->mask, ElementsAre(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4));
  EXPECT_THAT(setup->geometry.basis_vectors_m.value(),
              ElementsAre(ElementsAre(0, -2e-4, 0), ElementsAre(-1e-4, 0, 0)));
  EXPECT_THAT(setup->geometry.corner_position_m.value(), ElementsAre(0.01, 0.02, 0.5));
  const auto energies = (*reader)->ReadPhotonEnergiesJ();
  ASSERT_OK(energies);
  EXPECT_THAT(*energies, ElementsAre(3e-18, 4e-18));
  const auto names = (*reader)->ReadIdentifiers();
  ASSERT_OK(names);
  EXPECT_THAT(*names, ElementsAre("LCLS_a", "LCLS_b"));
}

TEST_F(ForeignFileTest, SaysWhatIsWrongBesideTheImages) {
  auto reader = ShotReader::Open(Foreign("wrong_setup"));
  ASSERT_OK(reader);
  const auto setup = (*reader)->ReadSetup();
  EXPECT_EQ(setup.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(setup.status().message(), StartsWith(Foreign("wrong_setup")));
  EXPECT_THAT(setup.status().message(),
              HasSubstr("/detector_1/mask must be 3 x 4 as the images are; was 4 x 3"));
  const auto energies = (*reader)->ReadPhotonEnergiesJ();
  EXPECT_THAT(energies.status().message(),
              HasSubstr("energy must be above 0 and at most 1.6e-13 J; was 24.8"));
  const auto names = (*reader)->ReadIdentifiers();
  EXPECT_THAT(names.status().message(), HasSubstr("must hold strings or integers"));
  const auto labels = (*reader)->ReadLabels();
  EXPECT_THAT(labels.status().message(),
              HasSubstr("label bent of shot 1 must be 0 or 1; was 7"));
}

TEST_F(ForeignFileTest, ReadsBigEndianStackAtTheGivenPath) {
  const std::string path = Foreign("plain");
  for (const char* place : {"", "/data/data", "data/data"}) {
    auto reader = ShotReader::Open(path, place);
    ASSERT_OK(reader);
    std::vector<uint16_t> pixels(12);
    ASSERT_OK((*reader)->ReadPixels(1, pixels.data()));
    EXPECT_EQ(pixels[0], 12);
  }
  const auto reader = ShotReader::Open(path, "/data/images");
  EXPECT_EQ(reader.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(reader.status().message(), HasSubstr("no dataset at /data/images"));
}

TEST_F(ForeignFileTest, FindsTagsByHeadingAndIdsByEitherName) {
  auto reader = ShotReader::Open(Foreign("tags_out_of_order"));
  ASSERT_OK(reader);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  EXPECT_THAT(*labels, ElementsAre(LabelsOf({kEmpty}), LabelsOf({kBent})));
  const auto ids = (*reader)->ReadIds();
  ASSERT_OK(ids);
  EXPECT_THAT(ids->train_id, ElementsAre(1000U, (1ULL << 63) + 1));
  EXPECT_THAT(ids->pulse_id, ElementsAre(7U, 9U));
}

TEST_F(ForeignFileTest, SaysWhatIsWrongWithAForeignFile) {
  const std::array<std::pair<const char*, const char*>, 7> cases = {
      {{"complex_pixels", "was compound"},
       {"flags", "was enumeration"},
       {"stacks_in_entries", "stacks of images in 2 entries; name the dataset to read"},
       {"four_dimensions", "was 2 x 3 x 4 x 5"},
       {"no_rows", "was 2 x 0 x 4"},
       {"only_groups", "must be a dataset"},
       {"dangling_link", "no image stack; looked for /entry_1/data_1/data"}}};
  for (const auto& [kind, message] : cases) {
    const auto reader = ShotReader::Open(Foreign(kind));
    EXPECT_EQ(reader.status().code(), StatusCode::kInvalidArgument) << kind;
    EXPECT_THAT(reader.status().message(), HasSubstr(message)) << kind;
  }
}

}  // namespace
}  // namespace airy::cxi
