#include <gmock/gmock.h>

#include "proto/wire/karabo_decoder.h"
#include "tests/testing/status.h"
#include "tests/unit/wire/message_builder.h"

namespace airy::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kPixels = 3;

DecoderOptions Options() {
  DecoderOptions options;
  options.source = MessageBuilder::kSource;
  options.pulse_id_key = "image.pulseId";
  return options;
}

MessageBuilder Good() {
  MessageBuilder builder;
  builder.Block()
      .Array<uint16_t>("image.data", "uint16", {2, 2, 3})
      .Array<uint64_t>("image.pulseId", "uint64", {2})
      .Array<float>("image.extra", "float32", {4});
  return builder;
}

Decoded Decode(const MessageBuilder& builder, DecoderOptions options = Options()) {
  auto decoder = KaraboDecoder::Create(options);
  EXPECT_OK(decoder);
  return (*decoder)->Decode(builder.Message());
}

void ExpectRejected(RejectKind kind, const std::string& detail,
                    const MessageBuilder& builder, DecoderOptions options = Options()) {
  const Decoded decoded = Decode(builder, std::move(options));
  EXPECT_THAT(decoded.frames, IsEmpty());
  ASSERT_TRUE(decoded.rejection) << detail;
  EXPECT_EQ(decoded.rejection->kind, kind) << decoded.rejection->detail;
  EXPECT_THAT(decoded.rejection->detail, HasSubstr(detail));
}

TEST(KaraboRejectionTest, TheMessageTheseTestsSpoilIsGood) {
  const Decoded decoded = Decode(Good());
  EXPECT_FALSE(decoded.rejection);
  EXPECT_THAT(decoded.frames, SizeIs(2));
}

TEST(KaraboRejectionTest, EveryPartCutAtEveryByteIsNoticed) {
  const MessageBuilder good = Good();
  const size_t parts = MessageBuilder(good).parts().size();
  for (size_t part = 0; part < parts; ++part) {
    const std::string whole = MessageBuilder(good).parts()[part];
    // Payloads of arrays that were not asked for are never looked at.
    if (part == parts - 1) continue;
    for (size_t length = 0; length < whole.size(); ++length) {
      MessageBuilder cut = good;
      cut.parts()[part].resize(length);
      const Decoded decoded = Decode(cut);
      ASSERT_TRUE(decoded.rejection) << "part " << part << " cut to " << length;
      EXPECT_EQ(decoded.rejection->kind, RejectKind::kTruncated)
          << "part " << part << " cut to " << length << ": " << decoded.rejection->detail;
    }
  }
}

TEST(KaraboRejectionTest, EveryMissingPartIsNoticed) {
  const MessageBuilder good = Good();
  const size_t parts = MessageBuilder(good).parts().size();
  for (size_t kept = 0; kept < parts; ++kept) {
    MessageBuilder cut = good;
    cut.parts().resize(kept);
    const Decoded decoded = Decode(cut);
    if (kept == 2 || kept == 6) continue;  // a block without arrays; without the extra
    EXPECT_TRUE(decoded.rejection) << kept << " parts";
    EXPECT_THAT(decoded.frames, IsEmpty()) << kept << " parts";
  }
}

TEST(KaraboRejectionTest, EverySwapOfTwoPartsIsSurvivedAndNeverYieldsOtherPixels) {
  const MessageBuilder good = Good();
  const size_t parts = MessageBuilder(good).parts().size();
  const std::string pixels = MessageBuilder(good).parts()[kPixels];
  for (size_t i = 0; i < parts; ++i) {
    for (size_t j = i + 1; j < parts; ++j) {
      MessageBuilder swapped = good;
      std::swap(swapped.parts()[i], swapped.parts()[j]);
      const Decoded decoded = Decode(swapped);
      if (decoded.frames.empty()) {
        EXPECT_TRUE(decoded.rejection) << i << " <-> " << j;
      } else {
        EXPECT_THAT(decoded.frames, SizeIs(2));
        EXPECT_EQ(
            std::memcmp(decoded.frames[0].pixels.data, pixels.data(), pixels.size()), 0)
            << i << " <-> " << j;
      }
    }
  }
}

TEST(KaraboRejectionTest, AnErrorReplyIsTheServersError) {
  MessageBuilder builder;
  builder.parts() = {"Error: bad request nex\x01t"};
  ExpectRejected(RejectKind::kServerError, "Error: bad request nex?t", builder);
}

TEST(KaraboRejectionTest, NonsenseIsMalformed) {
  MessageBuilder one_part;
  one_part.parts() = {"\x81\xa1x\x01"};
  ExpectRejected(RejectKind::kMalformed, "one part", one_part);
  MessageBuilder noise;
  noise.parts() = {"hello", "world"};
  ExpectRejected(RejectKind::kMalformed, "part 0", noise);
  MessageBuilder number = Good();
  number.parts()[0] = "\x07";
  ExpectRejected(RejectKind::kMalformed, "not a map", number);
}

TEST(KaraboRejectionTest, AnUnreadableArrayNextToOursCostsNothing) {
  MessageBuilder builder = Good();
  builder.parts()[6] = "\xc1";
  const Decoded decoded = Decode(builder);
  EXPECT_THAT(decoded.frames, SizeIs(2));
  ASSERT_TRUE(decoded.rejection);
  EXPECT_EQ(decoded.rejection->kind, RejectKind::kMalformed);
  EXPECT_THAT(decoded.rejection->detail, HasSubstr("part 6"));
}

TEST(KaraboRejectionTest, AnArrayOutsideItsBlockIsMalformed) {
  MessageBuilder builder;
  builder.Block("OTHER/DET").Array("image.data", "uint8", {1, 1, 1}, "x");
  ExpectRejected(RejectKind::kMalformed, "outside its block", builder);
}

TEST(KaraboRejectionTest, MissingThingsAreNamedBesideWhatIsThere) {
  DecoderOptions other_source = Options();
  other_source.source = "NO/SUCH";
  ExpectRejected(RejectKind::kMissingKey, "only \"DET/TEST:daqOutput\"", Good(),
                 other_source);
  DecoderOptions other_key = Options();
  other_key.key = "data.adc";
  ExpectRejected(RejectKind::kMissingKey, "\"image.data\" \"image.extra\"", Good(),
                 other_key);
  MessageBuilder no_pulses = Good();
  no_pulses.parts().erase(no_pulses.parts().begin() + 4, no_pulses.parts().begin() + 6);
  ExpectRejected(RejectKind::kMissingKey, "\"image.pulseId\"", no_pulses);
  MessageBuilder no_train = Good();
  std::string& header = no_train.parts()[0];
  header.replace(header.find("timestamp.tid"), 13, "timestamp.tim");
  ExpectRejected(RejectKind::kMissingKey, "timestamp.tid", no_train);
}

TEST(KaraboRejectionTest, TypesThatCannotBePixelsAreNamed) {
  for (const char* dtype : {">u2", "uint64", "int8", "int64", "float16", "bool",
                            "complex64", "|S4", "datetime64[s]", "u2"}) {
    MessageBuilder builder;
    builder.Block().Array("image.data", dtype, {1, 1, 1}, "12");
    ExpectRejected(RejectKind::kBadType, dtype, builder);
  }
  DecoderOptions expects_float = Options();
  expects_float.expected_type = PixelType::kFloat32;
  ExpectRejected(RejectKind::kBadType, "must be float32, is uint16", Good(),
                 expects_float);
}

TEST(KaraboRejectionTest, ShapesThatDoNotFitAreNamed) {
  DecoderOptions modules = Options();
  modules.axes = "fmyx";
  ExpectRejected(RejectKind::kBadShape, "(2, 2, 3)", Good(), modules);
  MessageBuilder too_long = Good();
  too_long.parts()[kPixels] += "xx";
  ExpectRejected(RejectKind::kBadShape, "needs 24 bytes, has 26", too_long);
  MessageBuilder short_pulses;
  short_pulses.Block()
      .Array<uint16_t>("image.data", "uint16", {2, 2, 3})
      .Array<uint64_t>("image.pulseId", "uint64", {3});
  ExpectRejected(RejectKind::kBadShape, "2 frames", short_pulses);
  MessageBuilder float_pulses;
  float_pulses.Block()
      .Array<uint16_t>("image.data", "uint16", {2, 2, 3})
      .Array<double>("image.pulseId", "float64", {2});
  ExpectRejected(RejectKind::kBadType, "integers", float_pulses);
}

TEST(KaraboRejectionTest, EveryLimitIsKept) {
  DecoderOptions few_parts = Options();
  few_parts.limits.max_parts = 6;
  ExpectRejected(RejectKind::kOversized, "8 parts", Good(), few_parts);
  DecoderOptions small_headers = Options();
  small_headers.limits.max_header_bytes = 16;
  ExpectRejected(RejectKind::kOversized, "part 0", Good(), small_headers);
  DecoderOptions small_edges = Options();
  small_edges.limits.max_edge_pixels = 2;
  ExpectRejected(RejectKind::kOversized, "2 pixels", Good(), small_edges);
  DecoderOptions few_frames = Options();
  few_frames.limits.max_frames = 1;
  ExpectRejected(RejectKind::kOversized, "1 frames", Good(), few_frames);
}

TEST(KaraboRejectionTest, ALargePropertyMapDoesNotCostTheFrames) {
  DecoderOptions options = Options();
  MessageBuilder builder = Good();
  options.limits.max_header_bytes = 1000;
  builder.parts()[1] = "\x81\xa1x\xda\x04\x00" + std::string(1024, 'y');
  const Decoded decoded = Decode(builder, options);
  EXPECT_THAT(decoded.frames, SizeIs(2));
  ASSERT_TRUE(decoded.rejection);
  EXPECT_EQ(decoded.rejection->kind, RejectKind::kOversized);
}

TEST(KaraboRejectionTest, AnAbsurdShapeIsRefusedBeforeAnythingIsAllocated) {
  MessageBuilder builder;
  builder.Block().Array("image.data", "uint16", {UINT64_MAX, UINT64_MAX, 2}, "12");
  ExpectRejected(RejectKind::kOversized, "18446744073709551615", builder);
  MessageBuilder many_axes;
  many_axes.Block().Array("image.data", "uint16", {1, 1, 1, 1, 1, 1, 1, 1, 1}, "12");
  ExpectRejected(RejectKind::kMalformed, "9 axes", many_axes);
}

}  // namespace
}  // namespace airy::wire
