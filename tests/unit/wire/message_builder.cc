#include "tests/unit/wire/message_builder.h"

#include "proto/wire/karabo_encoder.h"

namespace airy::wire {
namespace {

constexpr int64_t kTimeUnixNs = 1'700'000'000'250'000'000;
constexpr size_t kAlignment = 16;

std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(
        static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

MessageBuilder& MessageBuilder::Block(std::string_view source, uint64_t train_id) {
  parts_.push_back(EncodeBlockHeader(source, train_id, kTimeUnixNs));
  parts_.emplace_back(kNoProperties);
  return *this;
}

MessageBuilder& MessageBuilder::Array(std::string_view path, std::string_view dtype,
                                      const std::vector<uint64_t>& shape,
                                      std::string bytes, std::string_view source) {
  parts_.push_back(EncodeArrayHeader(source, path, dtype, shape));
  parts_.push_back(std::move(bytes));
  return *this;
}

RawMessage MessageBuilder::Message(size_t misalignment) const {
  using Buffers = std::vector<std::unique_ptr<std::byte[]>>;
  auto buffers = std::make_shared<Buffers>();
  RawMessage message;
  for (const std::string& part : parts_) {
    // new[] aligns to kAlignment; the bytes end where the buffer does.
    const size_t offset = misalignment;
    auto buffer = std::make_unique<std::byte[]>(offset + part.size());
    static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= kAlignment);
    if (!part.empty()) std::memcpy(buffer.get() + offset, part.data(), part.size());
    message.parts.emplace_back(buffer.get() + offset, part.size());
    buffers->push_back(std::move(buffer));
  }
  message.owner = std::move(buffers);
  return message;
}

std::vector<std::string> GoldenParts() {
  return {
      FromHex(
          "83a6736f75726365b95350425f4558502f4445542f4a46313a6461714f7574707574a7636f6e"
          "74656e74a76d73677061636ba86d6574616461746185a6736f75726365b95350425f4558502f"
          "4445542f4a46313a6461714f7574707574a974696d657374616d70cb41d954fc40100000ad74"
          "696d657374616d702e736563aa31373030303030303030ae74696d657374616d702e66726163"
          "b2323530303030303030303030303030303030ad74696d657374616d702e746964ce499602d"
          "2"),
      FromHex("84b0646174612e6672616d654e756d62657207a46e6f7465a26f6ba26f6bc3a16ec0"),
      FromHex(
          "85a6736f75726365b95350425f4558502f4445542f4a46313a6461714f7574707574a7636f6e"
          "74656e74a56172726179a470617468a8646174612e616463a56474797065a675696e743136a5"
          "736861706593010203"),
      FromHex("000001000200030004000500"),
  };
}

}  // namespace airy::wire
