#include "client/detector/train_message.h"

#include <array>
#include <cstring>
#include <numeric>
#include <utility>

#include "proto/wire/karabo_encoder.h"

namespace airy::detector {
namespace {

OwnedBytes OwnedPart(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const auto bytes = std::as_bytes(std::span(*owner));
  return {std::move(owner), bytes};
}

}  // namespace

TrainBuilder::TrainBuilder(std::shared_ptr<ShotPool> pool, std::string source,
                           std::string key, std::string pulse_id_key)
    : pool_(std::move(pool)),
      source_(std::move(source)),
      key_(std::move(key)),
      pulse_id_key_(std::move(pulse_id_key)) {}

Result<OwnedBytes> TrainBuilder::Pixels(std::span<const int64_t> shots) const {
  if (shots.size() == 1) return pool_->Pixels(shots[0]);
  auto owner = std::make_shared<std::vector<std::byte>>();
  owner->reserve(shots.size() * pool_->shot_bytes());
  for (const int64_t shot : shots) {
    AIRY_ASSIGN_OR_RETURN(const OwnedBytes pixels, pool_->Pixels(shot));
    owner->insert(owner->end(), pixels.bytes.begin(), pixels.bytes.end());
  }
  const std::span<const std::byte> bytes = *owner;
  return OwnedBytes{std::move(owner), bytes};
}

Result<TrainMessage> TrainBuilder::Build(uint64_t train_id, int64_t time_unix_ns,
                                         std::span<const int64_t> shots) const {
  const uint64_t frames = shots.size();
  const std::array<uint64_t, 3> shape = {frames, static_cast<uint64_t>(pool_->rows()),
                                         static_cast<uint64_t>(pool_->cols())};
  std::vector<uint64_t> pulse_ids(frames);
  std::iota(pulse_ids.begin(), pulse_ids.end(), 0);
  std::string pulse_bytes(frames * sizeof(uint64_t), '\0');
  std::memcpy(pulse_bytes.data(), pulse_ids.data(), pulse_bytes.size());

  TrainMessage message;
  message.push_back(OwnedPart(wire::EncodeBlockHeader(source_, train_id, time_unix_ns)));
  message.push_back(OwnedPart(std::string(wire::kNoProperties)));
  message.push_back(OwnedPart(
      wire::EncodeArrayHeader(source_, key_, PixelTypeName(pool_->type()), shape)));
  AIRY_ASSIGN_OR_RETURN(OwnedBytes pixels, Pixels(shots));
  message.push_back(std::move(pixels));
  message.push_back(OwnedPart(wire::EncodeArrayHeader(source_, pulse_id_key_, "uint64",
                                                      std::span(shape).first(1))));
  message.push_back(OwnedPart(std::move(pulse_bytes)));
  return message;
}

}  // namespace airy::detector
