#include "proto/wire/karabo_decoder.h"

#include <bit>
#include <cstring>
#include <string>

#include "proto/wire/karabo_header.h"
#include "proto/wire/msgpack_reader.h"
#include "proto/wire/numpy_type.h"
#include "proto/wire/quoted.h"

namespace airy::wire {
namespace {

static_assert(std::endian::native == std::endian::little,
              "pixels are read where they arrive, and they arrive little-endian");

using Part = std::span<const std::byte>;

struct Array {
  KaraboHeader header;
  Part payload;
};

std::optional<Rejection> CheckEnvelope(const RawMessage& message,
                                       const DecoderLimits& limits) {
  const size_t count = message.parts.size();
  if (count == 1) {
    const Part part = message.parts[0];
    const std::string_view text(reinterpret_cast<const char*>(part.data()), part.size());
    if (text.starts_with("Error"))
      return Rejection{RejectKind::kServerError, Quoted(text)};
    return Rejection{RejectKind::kMalformed,
                     "one part: an older format than Karabo bridge 2.2, or none"};
  }
  if (count == 0) return Rejection{RejectKind::kTruncated, "no parts"};
  if (count > limits.max_parts) {
    return Rejection{RejectKind::kOversized, std::to_string(count) + " parts, at most " +
                                                 std::to_string(limits.max_parts) +
                                                 " are read"};
  }
  if (count % 2 != 0) {
    return Rejection{RejectKind::kTruncated,
                     std::to_string(count) + " parts, the last header has no payload"};
  }
  return std::nullopt;
}

std::optional<Rejection> CheckSize(Part part, const DecoderLimits& limits) {
  if (part.size() <= limits.max_header_bytes) return std::nullopt;
  return Rejection{RejectKind::kOversized,
                   std::to_string(part.size()) + " bytes of MessagePack, at most " +
                       std::to_string(limits.max_header_bytes) + " are read"};
}

std::optional<Rejection> CheckProperties(Part part, const DecoderLimits& limits) {
  if (auto rejection = CheckSize(part, limits)) return rejection;
  MsgpackReader::Token map;
  MsgpackReader reader(part);
  if (!reader.Next(&map) || !(reader = MsgpackReader(part)).Skip()) {
    return Rejection{reader.truncated() ? RejectKind::kTruncated : RejectKind::kMalformed,
                     "properties are not whole MessagePack"};
  }
  if (map.kind != MsgpackReader::Kind::kMap || !reader.at_end()) {
    return Rejection{RejectKind::kMalformed, "properties are not one map"};
  }
  return std::nullopt;
}

std::optional<Rejection> CheckPayload(const Array& array, uint64_t items,
                                      const NumpyType& type) {
  const uint64_t bytes = items * type.bytes;
  if (array.payload.size() == bytes) return std::nullopt;
  return Rejection{
      array.payload.size() < bytes ? RejectKind::kTruncated : RejectKind::kBadShape,
      "array " + Quoted(array.header.path) + " of shape " +
          ShapeText(array.header.shape()) + " and " + std::string(type.name) + " needs " +
          std::to_string(bytes) + " bytes, has " + std::to_string(array.payload.size())};
}

uint64_t ReadInteger(const std::byte* from, const NumpyType& type) {
  uint64_t value = 0;
  std::memcpy(&value, from, type.bytes);
  return value;
}

// `payload` where its items can be read as they are: almost always itself. ZeroMQ hands
// out small parts from inside its receive buffer, at any address; those are copied, with
// *owner now holding the copy.
const std::byte* Aligned(Part payload, size_t alignment,
                         std::shared_ptr<const void>* owner) {
  if (std::bit_cast<uintptr_t>(payload.data()) % alignment == 0) return payload.data();
  std::shared_ptr<std::byte[]> copy(new std::byte[payload.size()]);
  std::memcpy(copy.get(), payload.data(), payload.size());
  *owner = copy;
  return copy.get();
}

}  // namespace

// What a message says about one source.
struct KaraboDecoder::Block {
  KaraboHeader header;
  std::optional<Array> pixels;
  std::optional<Array> pulse_ids;
};

Result<std::unique_ptr<Decoder>> KaraboDecoder::Create(const DecoderOptions& options) {
  if (options.key.empty()) return InvalidArgument("key must name an array; was empty");
  if (options.key == options.pulse_id_key) {
    return InvalidArgument("pulse_id_key must differ from key; both were \"" +
                           options.key + "\"");
  }
  AIRY_ASSIGN_OR_RETURN(AxisOrder axes, AxisOrder::Parse(options.axes));
  return std::unique_ptr<Decoder>(new KaraboDecoder(options, std::move(axes)));
}

Decoded KaraboDecoder::Decode(const RawMessage& message) {
  Decoded decoded;
  decoded.rejection = CheckEnvelope(message, options_.limits);
  if (decoded.rejection) return decoded;
  const Block block = FindBlock(message, &decoded.rejection);
  if (!block.pixels) return decoded;
  std::optional<Rejection> rejection = MakeFrames(message, block, &decoded.frames);
  // What went wrong first is the likelier cause: a lost pulse id is no news after an
  // unreadable header.
  if (!decoded.rejection) decoded.rejection = std::move(rejection);
  return decoded;
}

KaraboDecoder::Block KaraboDecoder::FindBlock(const RawMessage& message,
                                              std::optional<Rejection>* rejection) const {
  const auto note = [&](size_t part, std::optional<Rejection> found) {
    if (!found || *rejection) return;
    found->detail = "part " + std::to_string(part) + ": " + found->detail;
    *rejection = std::move(found);
  };
  Block block;
  bool wanted = false;       // the current block is of the configured source
  bool seen = false;         // some block was
  std::string other_arrays;  // of wanted blocks
  std::string other_sources;
  for (size_t part = 0; part + 1 < message.parts.size(); part += 2) {
    Array pair;
    pair.payload = message.parts[part + 1];
    std::optional<Rejection> bad = CheckSize(message.parts[part], options_.limits);
    if (!bad) bad = ReadKaraboHeader(message.parts[part], &pair.header);
    if (bad) {
      note(part, std::move(bad));
      continue;
    }
    const KaraboHeader& header = pair.header;
    if (header.content == KaraboHeader::Content::kProperties) {
      if (block.pixels) return block;
      note(part + 1, CheckProperties(pair.payload, options_.limits));
      block = {header, std::nullopt, std::nullopt};
      wanted = options_.source.empty() || header.source == options_.source;
      seen = seen || wanted;
      if (!wanted) other_sources.append(" ").append(Quoted(header.source));
    } else if (header.source != block.header.source) {
      note(part,
           Rejection{RejectKind::kMalformed,
                     "array of source " + Quoted(header.source) + " outside its block"});
    } else if (wanted && header.path == options_.key) {
      if (!block.pixels) block.pixels = pair;
    } else if (wanted && header.path == options_.pulse_id_key) {
      if (!block.pulse_ids) block.pulse_ids = pair;
    } else if (wanted) {
      other_arrays.append(" ").append(Quoted(header.path));
    }
  }
  if (block.pixels || *rejection) return block;
  if (!seen) {
    *rejection = {RejectKind::kMissingKey, "no source " + Quoted(options_.source) +
                                               " in the message, only" + other_sources};
  } else if (!other_arrays.empty() || block.pulse_ids) {
    *rejection = {RejectKind::kMissingKey,
                  "no array " + Quoted(options_.key) +
                      " in the message, other arrays:" + other_arrays};
  }
  return block;
}

std::optional<Rejection> KaraboDecoder::MakeFrames(const RawMessage& message,
                                                   const Block& block,
                                                   std::vector<Frame>* frames) const {
  const Array& array = *block.pixels;
  const NumpyType* type = FindNumpyType(array.header.dtype);
  if (type == nullptr || !type->pixels) {
    return Rejection{RejectKind::kBadType, "array " + Quoted(array.header.path) +
                                               " has unsupported dtype " +
                                               Quoted(array.header.dtype)};
  }
  if (options_.expected_type && type->pixels != options_.expected_type) {
    return Rejection{RejectKind::kBadType,
                     "array " + Quoted(array.header.path) + " must be " +
                         std::string(PixelTypeName(*options_.expected_type)) + ", is " +
                         std::string(type->name)};
  }
  AxisOrder::Layout layout;
  if (auto rejection =
          axes_.Apply(array.header.shape(), *type->pixels, options_.limits, &layout)) {
    return rejection;
  }
  if (auto rejection = CheckPayload(array, layout.pixels, *type)) return rejection;
  if (layout.frames == 0) return std::nullopt;
  if (!block.header.train_id) {
    return Rejection{
        RejectKind::kMissingKey,
        "metadata of source " + Quoted(block.header.source) + " has no timestamp.tid"};
  }
  std::vector<uint64_t> pulse_ids;
  if (auto rejection = ReadPulseIds(block, layout.frames, &pulse_ids)) return rejection;

  std::shared_ptr<const void> owner = message.owner;
  const std::byte* pixels = Aligned(array.payload, type->bytes, &owner);
  const ptrdiff_t frame_bytes = layout.frame_stride * static_cast<ptrdiff_t>(type->bytes);
  frames->reserve(layout.frames);
  for (uint64_t i = 0; i < layout.frames; ++i) {
    Frame& frame = frames->emplace_back();
    frame.id.train_id = *block.header.train_id;
    frame.id.pulse_id = pulse_ids.empty() ? i : pulse_ids[i];
    frame.pixels = layout.first;
    frame.pixels.data = pixels + static_cast<ptrdiff_t>(i) * frame_bytes;
    frame.owner = owner;
    frame.detector_time_unix_ns = block.header.time_unix_ns;
  }
  return std::nullopt;
}

std::optional<Rejection> KaraboDecoder::ReadPulseIds(const Block& block, uint64_t count,
                                                     std::vector<uint64_t>* ids) const {
  if (options_.pulse_id_key.empty()) return std::nullopt;
  if (!block.pulse_ids) {
    return Rejection{
        RejectKind::kMissingKey,
        "no array " + Quoted(options_.pulse_id_key) + " beside " + Quoted(options_.key)};
  }
  const Array& array = *block.pulse_ids;
  const NumpyType* type = FindNumpyType(array.header.dtype);
  if (type == nullptr || !type->is_integer) {
    return Rejection{RejectKind::kBadType, "pulse ids must be integers; dtype is " +
                                               Quoted(array.header.dtype)};
  }
  uint64_t items = 1;
  for (const uint64_t size : array.header.shape()) {
    items = size == 0 ? 0 : items > count ? items : items * size;
  }
  if (items != count) {
    return Rejection{RejectKind::kBadShape,
                     std::to_string(count) + " frames need as many pulse ids; shape is " +
                         ShapeText(array.header.shape())};
  }
  if (auto rejection = CheckPayload(array, items, *type)) return rejection;
  ids->reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    ids->push_back(ReadInteger(array.payload.data() + i * type->bytes, *type));
  }
  return std::nullopt;
}

}  // namespace airy::wire
