#include "proto/images/image_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::images {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Pixel `at` of dense pixels of any type.
double Value(const std::vector<std::byte>& pixels, PixelType type, size_t at) {
  const void* data = pixels.data();
  switch (type) {
    case PixelType::kUint8:
      return static_cast<const uint8_t*>(data)[at];
    case PixelType::kUint16:
      return static_cast<const uint16_t*>(data)[at];
    case PixelType::kUint32:
      return static_cast<const uint32_t*>(data)[at];
    case PixelType::kInt16:
      return static_cast<const int16_t*>(data)[at];
    case PixelType::kInt32:
      return static_cast<const int32_t*>(data)[at];
    case PixelType::kFloat32:
      return static_cast<double>(static_cast<const float*>(data)[at]);
    case PixelType::kFloat64:
      return static_cast<const double*>(data)[at];
  }
  AIRY_CHECK(false);
}

// Files that a script wrote without our code.
class ImageReaderTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new airy::testing::TempDir;
    const auto written = airy::testing::RunCommand(
        "/usr/bin/python3 " AIRY_SCRIPTS "/write_images.py " + folder_->path().string());
    ASSERT_EQ(written.exit_code, 0) << written.lines.back();
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string File(const std::string& name) { return folder_->File(name); }

  // The first and the last pixel of every image, in order.
  static std::vector<std::pair<double, double>> Corners(ImageReader* reader) {
    const cxi::ShotSetInfo& info = reader->info();
    const size_t pixels = static_cast<size_t>(info.rows) * static_cast<size_t>(info.cols);
    std::vector<std::byte> bytes(pixels * PixelSize(info.type));
    std::vector<std::pair<double, double>> corners;
    for (int64_t i = 0; i < info.shots; ++i) {
      EXPECT_OK(reader->Read(i, bytes.data()));
      corners.emplace_back(Value(bytes, info.type, 0),
                           Value(bytes, info.type, pixels - 1));
    }
    return corners;
  }

  static void ExpectRefused(const std::string& name, StatusCode code,
                            const std::string& what) {
    const auto reader = ImageReader::Open(name);
    EXPECT_STATUS(code, reader);
    EXPECT_THAT(reader.status().message(), HasSubstr(what));
    EXPECT_THAT(reader.status().message(), StartsWith(folder_->path().string())) << name;
  }

 private:
  static inline airy::testing::TempDir* folder_ = nullptr;
};

TEST_F(ImageReaderTest, ReadsStacksOfEveryTypeAsStored) {
  const std::array<std::pair<const char*, PixelType>, 7> cases = {
      {{"u1.tif", PixelType::kUint8},
       {"i2.tif", PixelType::kInt16},
       {"u2.tif", PixelType::kUint16},
       {"i4.tif", PixelType::kInt32},
       {"u4.tif", PixelType::kUint32},
       {"f4.tif", PixelType::kFloat32},
       {"f8.tif", PixelType::kFloat64}}};
  for (const auto& [name, type] : cases) {
    SCOPED_TRACE(name);
    const auto reader = ImageReader::Open(File(name));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->info().type, type);
    EXPECT_EQ((*reader)->info().rows, 3);
    EXPECT_EQ((*reader)->info().cols, 5);
    EXPECT_THAT(Corners(reader->get()),
                ElementsAre(std::pair(0, 14), std::pair(100, 114), std::pair(200, 214)));
  }
}

TEST_F(ImageReaderTest, ReadsTiffsOfOtherOrdersStripsAndTiles) {
  for (const char* name : {"big_endian.tif", "deflate.tif"}) {
    const auto reader = ImageReader::Open(File(name));
    ASSERT_OK(reader);
    EXPECT_THAT(Corners(reader->get()),
                ElementsAre(std::pair(0, 14), std::pair(100, 114), std::pair(200, 214)))
        << name;
  }
  const auto tiles = ImageReader::Open(File("tiles.tif"));
  ASSERT_OK(tiles);
  std::vector<float> pixels(20 * 37);
  ASSERT_OK((*tiles)->Read(1, pixels.data()));
  for (size_t i = 0; i < pixels.size(); ++i) {
    ASSERT_EQ(pixels[i], 100.0F + static_cast<float>(i));
  }
}

TEST_F(ImageReaderTest, ReadsPagesInAnyOrder) {
  const auto reader = ImageReader::Open(File("u2.tif"));
  ASSERT_OK(reader);
  std::array<uint16_t, 15> pixels;
  for (const int page : {2, 0, 1, 1}) {
    ASSERT_OK((*reader)->Read(page, pixels.data()));
    EXPECT_EQ(pixels[0], 100 * page);
  }
}

TEST_F(ImageReaderTest, ReadsGreyPngsOfAnyDepth) {
  const std::array<std::pair<const char*, PixelType>, 3> cases = {
      {{"4.png", PixelType::kUint8},
       {"8.png", PixelType::kUint8},
       {"16.png", PixelType::kUint16}}};
  for (const auto& [name, type] : cases) {
    const auto reader = ImageReader::Open(File(name));
    ASSERT_OK(reader);
    EXPECT_EQ((*reader)->info().type, type);
    const double first = std::string(name) == "4.png" ? 0 : 100;
    EXPECT_THAT(Corners(reader->get()), ElementsAre(std::pair(first, first + 14)))
        << name;
  }
}

TEST_F(ImageReaderTest, ReadsAFolderInTheOrderOfItsNumbers) {
  const auto reader = ImageReader::Open(File("list"));
  ASSERT_OK(reader);
  EXPECT_THAT(Corners(reader->get()),
              ElementsAre(std::pair(100, 114), std::pair(200, 214), std::pair(900, 914),
                          std::pair(1000, 1014), std::pair(1100, 1114)));
}

TEST_F(ImageReaderTest, ReadsAListInItsOwnOrder) {
  const std::array names = {File("list/shot_9.png"), File("u2.tif"),
                            File("list/shot_1.png")};
  const auto reader = ImageReader::Open(names);
  ASSERT_OK(reader);
  EXPECT_THAT(Corners(reader->get()),
              ElementsAre(std::pair(900, 914), std::pair(0, 14), std::pair(100, 114),
                          std::pair(200, 214), std::pair(100, 114)));
  std::array<uint16_t, 15> pixels;
  ASSERT_OK((*reader)->Read(0, pixels.data()));
  EXPECT_EQ(pixels[0], 900);
  EXPECT_STATUS(StatusCode::kInvalidArgument, (*reader)->Read(5, pixels.data()));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, (*reader)->ReadLabels());
}

TEST_F(ImageReaderTest, ReadsPlainHdf5AtTheDatasetTheNameTells) {
  const auto reader = ImageReader::Open(File("plain.h5") + ":/raw/frames");
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 4);
  EXPECT_THAT(Corners(reader->get()).back(), std::pair(300, 314));
}

TEST_F(ImageReaderTest, ReadsAFolderOfCxidb10AtAnyDataset) {
  const auto usual = ImageReader::Open(File("nanorice"));
  ASSERT_OK(usual);
  EXPECT_THAT(Corners(usual->get()),
              ElementsAre(std::pair(100, 114), std::pair(200, 214), std::pair(300, 314)));
  const auto odd = ImageReader::Open(File("nanorice") + ":/odd/place");
  ASSERT_OK(odd);
  EXPECT_THAT(Corners(odd->get()).back(), std::pair(3000, 3014));
}

TEST_F(ImageReaderTest, JoinsWhatStandsBesideTheImagesOfARun) {
  const auto reader = ImageReader::Open(File("run"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 4) << "the index shows the same hits again";
  EXPECT_TRUE((*reader)->info().labelled);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  ASSERT_EQ(labels->size(), 4U);
  EXPECT_EQ((*labels)[0][1], 1);
  EXPECT_EQ((*labels)[3][3], 1);
  const auto names = (*reader)->ReadIdentifiers();
  ASSERT_OK(names);
  EXPECT_THAT(*names, ElementsAre("1a", "1b", "2a", "2b"));
  const auto energies = (*reader)->ReadPhotonEnergiesJ();
  ASSERT_OK(energies);
  EXPECT_THAT(*energies, ElementsAre(3e-18, 3e-18, 6e-18, 6e-18));
  const auto setup = (*reader)->ReadSetup();
  ASSERT_OK(setup);
  EXPECT_EQ(setup->geometry.distance_m, 0.065);
  EXPECT_THAT(cxi::GoodPixels(setup->mask),
              ElementsAre(0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1));
}

TEST_F(ImageReaderTest, SaysWhatIsWrongInOneLine) {
  const std::string plain = File("plain.h5");
  ExpectRefused(File("missing.cxi"), StatusCode::kNotFound, "no such file or folder");
  ExpectRefused(File("missing.h5") + ":/data", StatusCode::kNotFound, "no such file");
  ExpectRefused(File("nothing"), StatusCode::kNotFound, "looked for *.cxi *.h5");
  ExpectRefused(File("nothing/notes.txt"), StatusCode::kInvalidArgument,
                "is neither an HDF5 file (CXI) nor a PNG nor a TIFF");
  ExpectRefused(plain + ":/raw/gone", StatusCode::kInvalidArgument,
                "no dataset at /raw/gone");
  ExpectRefused(plain + ":/raw", StatusCode::kInvalidArgument, "/raw must be a dataset");
  ExpectRefused(plain + ":/raw/none", StatusCode::kInvalidArgument,
                "must hold at least 1 image; holds 0");
  ExpectRefused(plain + ":/raw/line", StatusCode::kInvalidArgument,
                "/raw/line must be rows x cols or shots x rows x cols; was 7");
  ExpectRefused(plain + ":/raw/words", StatusCode::kInvalidArgument,
                "/raw/words must hold integers or floats of up to 64 bits; was string");
  ExpectRefused(File("not_here.h5"), StatusCode::kInvalidArgument,
                "no image stack; looked for /entry_1/data_1/data, /entry_1/image_1/data");
  ExpectRefused(File("8.png") + ":/data", StatusCode::kInvalidArgument,
                "is a picture and has no dataset /data");
  ExpectRefused(File("colour.png"), StatusCode::kInvalidArgument,
                "must be a grey PNG of 1 channel; is a colour or palette one of 3");
  ExpectRefused(File("colour.tif"), StatusCode::kInvalidArgument,
                "must be a grey image of 1 channel; is a colour or palette one of 3");
  ExpectRefused(File("complex.tif"), StatusCode::kInvalidArgument,
                "holds 64 bits of sample format 6");
  ExpectRefused(File("int64.tif"), StatusCode::kInvalidArgument,
                "holds 64 bits of sample format 2");
  ExpectRefused(File("unlike"), StatusCode::kInvalidArgument,
                "shot_2.png: images must be 3 x 5 uint16 as in");
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ImageReader::Open(std::span<const std::string>()));
}

TEST_F(ImageReaderTest, NamesThePageThatIsUnlikeTheFirst) {
  const auto reader = ImageReader::Open(File("odd_page.tif"));
  ASSERT_OK(reader);
  std::array<uint16_t, 15> pixels;
  const Status odd = (*reader)->Read(1, pixels.data());
  EXPECT_EQ(odd.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(odd.message(),
              HasSubstr("odd_page.tif page 1: must be as page 0 is; is 4 x 5 uint16"));
}

// Opens a picture and reads all of it: the first error.
Status ReadThrough(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const auto reader, ImageReader::Open(path));
  const cxi::ShotSetInfo& info = reader->info();
  if (int64_t{info.rows} * info.cols > 10'000) return OkStatus();  // of a damaged shape
  std::vector<std::byte> pixels(static_cast<size_t>(info.rows) *
                                static_cast<size_t>(info.cols) * PixelSize(info.type));
  for (int64_t i = 0; i < info.shots; ++i) AIRY_TRY(reader->Read(i, pixels.data()));
  return OkStatus();
}

std::string Bytes(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Through a file in about two hundred steps.
size_t Step(const std::string& whole) { return 1 + whole.size() / 200; }

// Cut anywhere, a picture is an error, and never some other picture.
TEST_F(ImageReaderTest, RefusesPicturesThatAreCutShort) {
  const airy::testing::TempDir folder;
  for (const char* name : {"16.png", "u2.tif", "deflate.tif", "tiles.tif"}) {
    const std::string whole = Bytes(File(name));
    const std::string cut = folder.File(name);
    for (size_t size = 8; size < whole.size(); size += Step(whole)) {
      std::ofstream(cut, std::ios::binary) << whole.substr(0, size);
      const Status status = ReadThrough(cut);
      ASSERT_EQ(status.code(), StatusCode::kDataLoss) << name << " cut to " << size;
      ASSERT_THAT(status.message(), StartsWith(cut));
    }
  }
}

// A byte turned over anywhere gives an error or a picture, and never crashes.
TEST_F(ImageReaderTest, SurvivesDamagedPictures) {
  const airy::testing::TempDir folder;
  for (const char* name : {"16.png", "u2.tif", "deflate.tif", "tiles.tif"}) {
    const std::string whole = Bytes(File(name));
    int refused = 0;
    for (size_t place = 0; place < whole.size(); place += Step(whole)) {
      std::string bad = whole;
      bad[place] = static_cast<char>(bad[place] ^ 0x15);
      std::ofstream(folder.File(name), std::ios::binary) << bad;
      if (!ReadThrough(folder.File(name)).ok()) ++refused;
    }
    EXPECT_GT(refused, 0) << name;
  }
}

TEST_F(ImageReaderTest, TellsNothingBesideAPicture) {
  const auto reader = ImageReader::Open(File("8.png"));
  ASSERT_OK(reader);
  EXPECT_FALSE((*reader)->info().labelled);
  EXPECT_THAT((*reader)->ReadIdentifiers().value(), IsEmpty());
  EXPECT_THAT((*reader)->ReadPhotonEnergiesJ().value(), IsEmpty());
  EXPECT_THAT((*reader)->ReadSetup()->mask, IsEmpty());
}

TEST_F(ImageReaderTest, FoldersOfAFolderAreTheClassesOfTheirImages) {
  const auto reader = ImageReader::Open(File("classes"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 10);
  const ImageClasses classes = (*reader)->classes();
  EXPECT_THAT(classes.names, ElementsAre("magnetosomes", "nanorice", "pbcv_1", "t4"));
  EXPECT_THAT(classes.of_images, ElementsAre(0, 1, 1, 2, 2, 2, 3, 3, 3, 3));
  const auto corners = Corners(reader->get());
  for (size_t i = 0; i < corners.size(); ++i) {
    EXPECT_EQ(corners[i].first, 100.0 * static_cast<double>(classes.of_images[i])) << i;
  }
  // The same of another dataset of every file.
  const auto odd = ImageReader::Open(File("classes:/odd/place"));
  ASSERT_OK(odd);
  EXPECT_EQ((*odd)->classes().names, classes.names);
  EXPECT_EQ((*odd)->classes().of_images, classes.of_images);
  EXPECT_EQ(Corners(odd->get()).back().first, 3000);
  EXPECT_THAT((*ImageReader::Open(File("nanorice")))->classes().names, IsEmpty());
}

TEST_F(ImageReaderTest, RefusesFoldersOfClassesThatCannotBe) {
  ExpectRefused(File("twins"), StatusCode::kInvalidArgument, "were both 'a_1'");
  ExpectRefused(File("one_bare"), StatusCode::kNotFound, "bare: holds no image files");
}

}  // namespace
}  // namespace airy::images
