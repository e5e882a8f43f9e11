#include "client/cli/image_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "proto/cxi/shot_file.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ImageFileTest : public ::testing::Test {
 protected:
  std::string Bytes(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_.File(name), std::ios::binary) << bytes;
    return folder_.File(name);
  }
  std::string Picture(const std::string& name, const cv::Mat& picture) {
    EXPECT_TRUE(cv::imwrite(folder_.File(name), picture));
    return folder_.File(name);
  }
  testing::TempDir folder_;
};

TEST_F(ImageFileTest, ReadsPicturesAsStored) {
  struct Case {
    const char* name;
    int opencv_type;
    PixelType type;
  };
  for (const Case& c : {Case{"8.png", CV_8UC1, PixelType::kUint8},
                        Case{"16.png", CV_16UC1, PixelType::kUint16},
                        Case{"16.tiff", CV_16UC1, PixelType::kUint16},
                        Case{"f32.tiff", CV_32FC1, PixelType::kFloat32}}) {
    cv::Mat picture(30, 40, c.opencv_type, cv::Scalar(7));
    const auto file = ImageFile::Open(Picture(c.name, picture), "");
    ASSERT_OK(file);
    EXPECT_EQ((*file)->count(), 1);
    const auto image = (*file)->Read(0);
    ASSERT_OK(image);
    EXPECT_EQ(image->pixels.type, c.type) << c.name;
    EXPECT_EQ(image->pixels.rows, 30);
    EXPECT_EQ(image->pixels.cols, 40);
    const double last = c.type == PixelType::kUint8 ? image->pixels.Row<uint8_t>(29)[39]
                        : c.type == PixelType::kFloat32
                            ? image->pixels.Row<float>(29)[39]
                            : image->pixels.Row<uint16_t>(29)[39];
    EXPECT_EQ(last, 7) << c.name;
  }
}

TEST_F(ImageFileTest, ReadsEveryShotOfACxiFile) {
  const std::string path = folder_.File("shots.cxi");
  cxi::ShotWriterOptions options;
  options.info = {.rows = 20, .cols = 10, .type = PixelType::kUint16};
  auto writer = cxi::ShotWriter::Create(path, options);
  ASSERT_OK(writer);
  for (uint16_t shot = 0; shot < 3; ++shot) {
    const std::vector<uint16_t> pixels(200, shot);
    ASSERT_OK((*writer)->Append(pixels.data(), {}, {}));
  }
  ASSERT_OK((*writer)->Close());

  const auto file = ImageFile::Open(path, "");
  ASSERT_OK(file);
  ASSERT_EQ((*file)->count(), 3);
  const auto image = (*file)->Read(2);
  ASSERT_OK(image);
  EXPECT_EQ(image->pixels.rows, 20);
  EXPECT_EQ(image->pixels.cols, 10);
  EXPECT_EQ(image->pixels.Row<uint16_t>(19)[9], 2);
  EXPECT_OK(ImageFile::Open(path, "/entry_1/data_1/data"));
  EXPECT_FALSE(ImageFile::Open(path, "/no/such/dataset").ok());
}

TEST_F(ImageFileTest, SaysWhatIsWrongWithAFile) {
  const std::string missing = folder_.File("missing.png");
  EXPECT_STATUS(StatusCode::kNotFound, ImageFile::Open(missing, ""));
  EXPECT_THAT(ImageFile::Open(missing, "").status().message(), StartsWith(missing));
  EXPECT_STATUS(StatusCode::kNotFound, ImageFile::Open(folder_.path().string(), ""));

  const std::string text = Bytes("notes.png", "not an image at all");
  EXPECT_STATUS(StatusCode::kInvalidArgument, ImageFile::Open(text, ""));
  EXPECT_THAT(ImageFile::Open(text, "").status().message(),
              HasSubstr("neither an HDF5 file nor a PNG or TIFF"));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ImageFile::Open(Bytes("empty.tiff", ""), ""));

  const std::string hdf5 = Bytes("cut.h5", "\x89HDF\r\n\x1a\n and then nothing");
  EXPECT_FALSE(ImageFile::Open(hdf5, "").ok());
  EXPECT_THAT(ImageFile::Open(hdf5, "").status().message(), StartsWith(hdf5));

  const std::string colour =
      Picture("colour.png", cv::Mat(5, 5, CV_8UC3, cv::Scalar(1, 2, 3)));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ImageFile::Open(colour, ""));
  EXPECT_THAT(ImageFile::Open(colour, "").status().message(),
              HasSubstr("3 colour channels"));

  const std::string grey = Picture("grey.png", cv::Mat(5, 5, CV_8UC1, cv::Scalar(1)));
  EXPECT_THAT(ImageFile::Open(grey, "/data").status().message(), HasSubstr("--dataset"));
}

TEST_F(ImageFileTest, ATruncatedPictureIsAnErrorOrBlackNotACrash) {
  cv::Mat picture(64, 64, CV_16UC1);
  cv::randu(picture, 0, 60000);
  const std::string path = Picture("whole.png", picture);
  std::ifstream stream(path, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(stream), {});
  for (size_t size = 0; size < whole.size(); size += whole.size() / 7) {
    const auto file = ImageFile::Open(Bytes("cut.png", whole.substr(0, size)), "");
    if (file.ok()) {
      EXPECT_OK((*file)->Read(0));
    }
  }
}

}  // namespace
}  // namespace airy::cli
