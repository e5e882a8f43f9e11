#include "client/detector/train_message.h"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "proto/cxi/shot_file.h"
#include "proto/wire/registry.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::detector {
namespace {

using ::testing::SizeIs;

constexpr int kRows = 2;
constexpr int kCols = 3;
constexpr int64_t kTimeUnixNs = 1'700'000'000'250'000'000;

// A pool of three shots; shot i holds 10 * i, 10 * i + 1, ...
class TrainBuilderTest : public ::testing::Test {
 protected:
  TrainBuilderTest() {
    cxi::ShotWriterOptions options;
    options.info.shots = 3;
    options.info.rows = kRows;
    options.info.cols = kCols;
    auto writer = cxi::ShotWriter::Create(path_, options);
    EXPECT_OK(writer);
    for (uint16_t shot = 0; shot < 3; ++shot) {
      std::array<uint16_t, kRows * kCols> pixels;
      for (uint16_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<uint16_t>(10 * shot + i);
      }
      EXPECT_OK((*writer)->Append(pixels.data(), {}, {}));
    }
    EXPECT_OK((*writer)->Close());
    auto pool = ShotPool::Open({&path_, 1});
    EXPECT_OK(pool);
    pool_ = *pool;
  }

  wire::Decoded SendAndDecode(const std::vector<int64_t>& shots) {
    const TrainBuilder builder(pool_, "DET", "image.data", "image.pulseId");
    auto train =
        std::make_shared<TrainMessage>(builder.Build(77, kTimeUnixNs, shots).value());
    wire::RawMessage message;
    for (const OwnedBytes& part : *train) message.parts.push_back(part.bytes);
    message.owner = train;
    wire::DecoderOptions options;
    options.source = "DET";
    options.pulse_id_key = "image.pulseId";
    auto decoder = wire::CreateDecoder("karabo-bridge", options);
    EXPECT_OK(decoder);
    return (*decoder)->Decode(message);
  }

  airy::testing::TempDir folder_;
  const std::string path_ = folder_.File("pool.cxi");
  std::shared_ptr<ShotPool> pool_;
};

TEST_F(TrainBuilderTest, ASingleFrameIsSentFromWhereItLies) {
  const wire::Decoded decoded = SendAndDecode({2});
  EXPECT_FALSE(decoded.rejection);
  ASSERT_THAT(decoded.frames, SizeIs(1));
  EXPECT_EQ(decoded.frames[0].pixels.data, pool_->Pixels(2)->bytes.data());
  EXPECT_EQ(decoded.frames[0].id.train_id, 77u);
  EXPECT_EQ(decoded.frames[0].detector_time_unix_ns, kTimeUnixNs);
}

TEST_F(TrainBuilderTest, AShotOfALargeSetIsReadWhenItIsSent) {
  const std::array names = {path_, folder_.File("more.cxi")};
  std::filesystem::copy_file(names[0], names[1]);
  const auto large = ShotPool::Open(names, /*max_bytes_in_memory=*/71);
  ASSERT_OK(large);
  pool_ = *large;
  for (const int64_t shot : {5, 0}) {
    const wire::Decoded decoded = SendAndDecode({shot});
    ASSERT_THAT(decoded.frames, SizeIs(1));
    EXPECT_EQ(decoded.frames[0].pixels.Row<uint16_t>(1)[2], 10 * (shot % 3) + 5);
  }
  std::filesystem::remove(names[1]);
  const TrainBuilder builder(pool_, "DET", "image.data", "image.pulseId");
  EXPECT_STATUS(StatusCode::kNotFound,
                builder.Build(77, kTimeUnixNs, std::array<int64_t, 1>{4}));
}

TEST_F(TrainBuilderTest, SeveralFramesMakeOneTrain) {
  const wire::Decoded decoded = SendAndDecode({1, 0, 2});
  EXPECT_FALSE(decoded.rejection);
  ASSERT_THAT(decoded.frames, SizeIs(3));
  const std::array<uint16_t, 3> first_pixels = {10, 0, 20};
  for (size_t i = 0; i < 3; ++i) {
    const PixelView& pixels = decoded.frames[i].pixels;
    EXPECT_EQ(decoded.frames[i].id.pulse_id, i);
    EXPECT_EQ(pixels.Row<uint16_t>(0)[0], first_pixels[i]);
    EXPECT_EQ(pixels.Row<uint16_t>(1)[2], first_pixels[i] + 5);
  }
}

}  // namespace
}  // namespace airy::detector
