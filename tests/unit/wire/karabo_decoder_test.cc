#include "proto/wire/karabo_decoder.h"

#include <gmock/gmock.h>

#include <limits>

#include "proto/wire/msgpack_writer.h"
#include "tests/testing/status.h"
#include "tests/unit/wire/message_builder.h"

namespace airy::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DecoderOptions Options(std::string axes = "fyx") {
  DecoderOptions options;
  options.axes = std::move(axes);
  return options;
}

Decoded Decode(const DecoderOptions& options, const RawMessage& message) {
  auto decoder = KaraboDecoder::Create(options);
  EXPECT_OK(decoder);
  return (*decoder)->Decode(message);
}

TEST(KaraboDecoderTest, ReadsTheGoldenMessage) {
  MessageBuilder builder;
  builder.parts() = GoldenParts();
  DecoderOptions options;
  options.source = "SPB_EXP/DET/JF1:daqOutput";
  options.key = "data.adc";
  const Decoded decoded = Decode(options, builder.Message());
  EXPECT_FALSE(decoded.rejection);
  ASSERT_THAT(decoded.frames, SizeIs(1));
  const Frame& frame = decoded.frames[0];
  EXPECT_EQ(frame.id.train_id, 1234567890u);
  EXPECT_EQ(frame.id.pulse_id, 0u);
  EXPECT_EQ(frame.detector_time_unix_ns, 1'700'000'000'250'000'000);
  EXPECT_EQ(frame.pixels.type, PixelType::kUint16);
  EXPECT_EQ(frame.pixels.rows, 2);
  EXPECT_EQ(frame.pixels.cols, 3);
  EXPECT_THAT(Pixels<uint16_t>(frame.pixels), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(KaraboDecoderTest, PixelsStayWhereTheyArrivedAndOutliveTheMessage) {
  RawMessage message = MessageBuilder()
                           .Block()
                           .Array<uint16_t>("image.data", "uint16", {2, 2, 3})
                           .Message();
  const std::byte* payload = message.parts[3].data();
  const std::weak_ptr<const void> owner = message.owner;
  Decoded decoded = Decode(Options(), message);
  message = {};
  ASSERT_THAT(decoded.frames, SizeIs(2));
  EXPECT_EQ(decoded.frames[0].pixels.data, payload);
  EXPECT_EQ(decoded.frames[1].pixels.data, payload + 2 * 3 * sizeof(uint16_t));
  EXPECT_THAT(Pixels<uint16_t>(decoded.frames[1].pixels),
              ElementsAre(6, 7, 8, 9, 10, 11));
  decoded.frames.erase(decoded.frames.begin());
  EXPECT_FALSE(owner.expired());
  decoded.frames.clear();
  EXPECT_TRUE(owner.expired());
}

TEST(KaraboDecoderTest, OnlyMisalignedPixelsAreCopied) {
  const auto builder =
      MessageBuilder().Block().Array<uint16_t>("image.data", "uint16", {1, 2, 3});
  const RawMessage even = builder.Message(2);
  EXPECT_EQ(Decode(Options(), even).frames.at(0).pixels.data, even.parts[3].data());

  RawMessage odd = builder.Message(1);
  const Decoded decoded = Decode(Options(), odd);
  const std::byte* payload = odd.parts[3].data();
  odd = {};
  ASSERT_THAT(decoded.frames, SizeIs(1));
  EXPECT_NE(decoded.frames[0].pixels.data, payload);
  EXPECT_THAT(Pixels<uint16_t>(decoded.frames[0].pixels), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(KaraboDecoderTest, ReadsEveryAxisOrderAsAView) {
  // The array counts 0, 1, 2, ... in memory; each order reads pulse 1 of 2, rows of 2.
  struct Case {
    std::string axes;
    std::vector<uint64_t> shape;
    std::vector<int> pulse_1;
  };
  for (const Case& c : std::vector<Case>{
           {"fyx", {2, 2, 3}, {6, 7, 8, 9, 10, 11}},
           {"yxf", {2, 3, 2}, {1, 3, 5, 7, 9, 11}},
           {"xyf", {3, 2, 2}, {1, 5, 9, 3, 7, 11}},
           {"fmyx", {2, 2, 1, 3}, {6, 7, 8, 9, 10, 11}},
           {"mfyx", {2, 2, 1, 3}, {3, 4, 5, 9, 10, 11}},
           {"fgyx", {2, 2, 1, 3}, {6, 7, 8}},
       }) {
    const Decoded decoded =
        Decode(Options(c.axes), MessageBuilder()
                                    .Block()
                                    .Array<int32_t>("image.data", "int32", c.shape)
                                    .Message());
    ASSERT_THAT(decoded.frames, SizeIs(2)) << c.axes;
    const std::vector<int32_t> pixels = Pixels<int32_t>(decoded.frames[1].pixels);
    EXPECT_EQ(pixels, std::vector<int32_t>(c.pulse_1.begin(), c.pulse_1.end())) << c.axes;
  }
  const Decoded single = Decode(
      Options("yx"),
      MessageBuilder().Block().Array<uint8_t>("image.data", "uint8", {2, 2}).Message());
  ASSERT_THAT(single.frames, SizeIs(1));
  EXPECT_THAT(Pixels<uint8_t>(single.frames[0].pixels), ElementsAre(0, 1, 2, 3));
}

TEST(KaraboDecoderTest, ReadsEveryPixelTypeInBothSpellings) {
  struct Case {
    const char* dtype;
    PixelType type;
  };
  for (const Case& c : {Case{"uint8", PixelType::kUint8},
                        {"|u1", PixelType::kUint8},
                        {"uint16", PixelType::kUint16},
                        {"<u2", PixelType::kUint16},
                        {"uint32", PixelType::kUint32},
                        {"int16", PixelType::kInt16},
                        {"int32", PixelType::kInt32},
                        {"<i4", PixelType::kInt32},
                        {"float32", PixelType::kFloat32},
                        {"<f4", PixelType::kFloat32},
                        {"float64", PixelType::kFloat64}}) {
    const Decoded decoded =
        Decode(Options("yx"), MessageBuilder()
                                  .Block()
                                  .Array("image.data", c.dtype, {2, 2},
                                         std::string(4 * PixelSize(c.type), '\1'))
                                  .Message());
    ASSERT_THAT(decoded.frames, SizeIs(1)) << c.dtype;
    EXPECT_EQ(decoded.frames[0].pixels.type, c.type) << c.dtype;
  }
}

TEST(KaraboDecoderTest, TakesPulseIdsFromTheConfiguredArray) {
  DecoderOptions options = Options();
  options.pulse_id_key = "image.pulseId";
  for (const bool ids_first : {false, true}) {
    MessageBuilder builder;
    builder.Block("DET/TEST:daqOutput", 77);
    if (ids_first) builder.Array<uint64_t>("image.pulseId", "uint64", {2, 1}, {40, 44});
    builder.Array<uint16_t>("image.data", "uint16", {2, 1, 2});
    if (!ids_first) builder.Array<uint64_t>("image.pulseId", "uint64", {2, 1}, {40, 44});
    const Decoded decoded = Decode(options, builder.Message(1));
    ASSERT_THAT(decoded.frames, SizeIs(2));
    EXPECT_EQ(decoded.frames[0].id.pulse_id, 40u);
    EXPECT_EQ(decoded.frames[1].id.pulse_id, 44u);
    EXPECT_EQ(decoded.frames[1].id.train_id, 77u);
  }
  const Decoded narrow =
      Decode(options, MessageBuilder()
                          .Block()
                          .Array<uint16_t>("image.data", "uint16", {2, 1, 2})
                          .Array<uint16_t>("image.pulseId", "uint16", {2}, {7, 500})
                          .Message());
  ASSERT_THAT(narrow.frames, SizeIs(2));
  EXPECT_EQ(narrow.frames[1].id.pulse_id, 500u);
}

TEST(KaraboDecoderTest, FindsItsSourceAmongSeveral) {
  MessageBuilder builder;
  builder.Block("AAA/CAM", 1)
      .Array("data.image", "uint8", {1, 1, 1}, "a", "AAA/CAM")
      .Block("BBB/DET", 2)
      .Array("image.data", "uint8", {1, 1, 1}, "b", "BBB/DET")
      .Block("CCC/DET", 3)
      .Array("image.gain", "complex64", {1}, "12345678", "CCC/DET")
      .Array("image.data", "uint8", {1, 1, 1}, "c", "CCC/DET");
  DecoderOptions options = Options();
  const Decoded any = Decode(options, builder.Message());
  ASSERT_THAT(any.frames, SizeIs(1));
  EXPECT_EQ(any.frames[0].id.train_id, 2u);
  options.source = "CCC/DET";
  const Decoded named = Decode(options, builder.Message());
  EXPECT_FALSE(named.rejection);
  ASSERT_THAT(named.frames, SizeIs(1));
  EXPECT_EQ(named.frames[0].id.train_id, 3u);
  EXPECT_THAT(Pixels<uint8_t>(named.frames[0].pixels), ElementsAre('c'));
}

TEST(KaraboDecoderTest, TrainsWithoutPulsesAndBlocksWithoutArraysAreLegal) {
  const Decoded no_pulses = Decode(
      Options(),
      MessageBuilder().Block().Array("image.data", "uint16", {0, 2, 3}, "").Message());
  EXPECT_FALSE(no_pulses.rejection);
  EXPECT_THAT(no_pulses.frames, IsEmpty());
  const Decoded no_arrays = Decode(Options(), MessageBuilder().Block().Message());
  EXPECT_FALSE(no_arrays.rejection);
  EXPECT_THAT(no_arrays.frames, IsEmpty());
}

TEST(KaraboDecoderTest, AcceptsImageDataBinKeysAndAnyKeyOrder) {
  MsgpackWriter writer;
  writer.Map(6);
  writer.Text("shape");
  writer.Array(2);
  writer.Uint(1);
  writer.Uint(2);
  writer.Text("dtype");
  writer.Text("uint8");
  writer.Text("unknown");
  writer.Array(1);
  writer.Map(0);
  writer.Text("content");
  writer.Text("ImageData");
  writer.Text("path");
  writer.Text("image.data");
  writer.Text("source");
  writer.Text(MessageBuilder::kSource);
  std::string header = writer.Take();
  // The first key as bin, as servers without use_bin_type=False send it.
  header.replace(header.find("\xa5shape"), 1, "\xc4\x05");
  MessageBuilder builder;
  builder.Block();
  builder.parts().push_back(header);
  builder.parts().emplace_back("xy");
  const Decoded decoded = Decode(Options("yx"), builder.Message());
  EXPECT_FALSE(decoded.rejection) << decoded.rejection->detail;
  ASSERT_THAT(decoded.frames, SizeIs(1));
}

// Metadata with tid 5 and whatever `fill` adds.
template <typename Fill>
int64_t TimeOf(uint32_t pairs, Fill fill) {
  MsgpackWriter writer;
  writer.Map(3);
  writer.Text("source");
  writer.Text(MessageBuilder::kSource);
  writer.Text("content");
  writer.Text("msgpack");
  writer.Text("metadata");
  writer.Map(pairs + 1);
  writer.Text("timestamp.tid");
  writer.Uint(5);
  fill(writer);
  MessageBuilder builder;
  builder.parts() = {writer.Take(), "\x80"};
  builder.Array("image.data", "uint8", {1, 1}, "x");
  const Decoded decoded = Decode(Options("yx"), builder.Message());
  EXPECT_FALSE(decoded.rejection);
  return decoded.frames.at(0).detector_time_unix_ns;
}

TEST(KaraboDecoderTest, ReadsEachFormOfTimestamp) {
  EXPECT_EQ(TimeOf(2,
                   [](MsgpackWriter& w) {  // whole numbers, as EXtra-foam sends them
                     w.Text("timestamp.sec");
                     w.Uint(1700000000);
                     w.Text("timestamp.frac");
                     w.Uint(250'000'001'000'000'000);
                   }),
            1'700'000'000'250'000'001);
  EXPECT_EQ(TimeOf(1,
                   [](MsgpackWriter& w) {
                     w.Text("timestamp");
                     w.Float(1700000000.25);
                   }),
            1'700'000'000'250'000'000);
  EXPECT_EQ(TimeOf(0, [](MsgpackWriter&) {}), 0);
}

TEST(KaraboDecoderTest, AnImpossibleTimestampIsNoTimestamp) {
  for (const double seconds : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(TimeOf(1,
                     [&](MsgpackWriter& w) {
                       w.Text("timestamp");
                       w.Float(seconds);
                     }),
              0);
  }
  EXPECT_EQ(TimeOf(2,
                   [](MsgpackWriter& w) {
                     w.Text("timestamp.sec");
                     w.Text("yesterday");
                     w.Text("timestamp.frac");
                     w.Text("99999999999999999999999");
                   }),
            0);
}

}  // namespace
}  // namespace airy::wire
