#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/wire_fuzz.h"
#include "tests/unit/wire/message_builder.h"

namespace airy::fuzz {
namespace {

using wire::MessageBuilder;

constexpr int kInputsPerSeed = 5000;

std::vector<std::vector<std::string>> Corpus() {
  MessageBuilder pulses;
  pulses.Block()
      .Array<uint16_t>("image.data", "uint16", {2, 2, 3})
      .Array<uint64_t>("image.pulseId", "uint64", {2});
  MessageBuilder modules;
  modules.Block().Array<uint16_t>("image.data", "uint16", {2, 2, 2, 2, 3});
  MessageBuilder two_sources;
  two_sources.Block("A/CAM")
      .Array("data.image", "uint8", {1, 1, 1}, "a", "A/CAM")
      .Block("B/DET")
      .Array("image.data", "float64", {1, 1, 1}, "12345678", "B/DET");
  return {wire::GoldenParts(),
          pulses.parts(),
          modules.parts(),
          two_sources.parts(),
          {"Error: bad request"}};
}

// Values that parsers trip over.
constexpr char kInteresting[] = {'\x00', '\x01', '\x7f', '\x80', '\x8f', '\x91',
                                 '\xc0', '\xc1', '\xc4', '\xc9', '\xcf', '\xd3',
                                 '\xdb', '\xdd', '\xdf', '\xff'};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  std::string Mutate(std::vector<std::string> parts) {
    for (size_t changes = 1 + Below(4); changes > 0; --changes) ChangeParts(&parts);
    std::string input = FuzzInput(static_cast<uint8_t>(Below(256)), parts);
    // Now and then the framing itself, so that lengths lie as well.
    if (Below(8) == 0) ChangeBytes(&input);
    return input;
  }

 private:
  size_t Below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }

  void ChangeParts(std::vector<std::string>* parts) {
    if (parts->empty()) parts->emplace_back("x");
    const size_t one = Below(parts->size());
    const size_t other = Below(parts->size());
    switch (Below(6)) {
      case 0:
        std::swap((*parts)[one], (*parts)[other]);
        break;
      case 1:
        parts->erase(parts->begin() + static_cast<ptrdiff_t>(one));
        break;
      case 2:
        parts->insert(parts->begin() + static_cast<ptrdiff_t>(one), (*parts)[other]);
        break;
      case 3:
        (*parts)[one].resize(Below((*parts)[one].size() + 9));
        break;
      default:
        ChangeBytes(&(*parts)[one]);
        break;
    }
  }

  void ChangeBytes(std::string* bytes) {
    if (bytes->empty()) return;
    const size_t at = Below(bytes->size());
    switch (Below(4)) {
      case 0:
        (*bytes)[at] = static_cast<char>(Below(256));
        break;
      case 1:
        (*bytes)[at] = kInteresting[Below(sizeof(kInteresting))];
        break;
      case 2:
        bytes->insert(at, 1 + Below(8), kInteresting[Below(sizeof(kInteresting))]);
        break;
      default:
        bytes->erase(at, 1 + Below(8));
        break;
    }
  }

  std::mt19937_64 random_;
};

void Feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

TEST(MutatedCorpusTest, NoMutationBreaksADecoder) {
  for (const uint64_t seed : {1u, 2u, 3u, 4u}) {
    Mutator mutator(seed);
    for (int i = 0; i < kInputsPerSeed; ++i) {
      for (const std::vector<std::string>& parts : Corpus()) Feed(mutator.Mutate(parts));
    }
  }
}

TEST(MutatedCorpusTest, NoPrefixOfAnInputBreaksADecoder) {
  for (const std::vector<std::string>& parts : Corpus()) {
    for (const uint8_t selector : {0, 1, 2, 3}) {
      const std::string input = FuzzInput(selector, parts);
      for (size_t length = 0; length <= input.size(); ++length) {
        Feed(input.substr(0, length));
      }
    }
  }
}

TEST(MutatedCorpusTest, NestedHeadersDoNotExhaustTheStack) {
  const std::string deep(1 << 20, '\x81');
  for (const uint8_t selector : {0, 1, 2, 3}) {
    Feed(FuzzInput(selector, {deep, deep}));
    Feed(FuzzInput(selector, {"\x82\xa6source" + deep, "\x80"}));
  }
}

}  // namespace
}  // namespace airy::fuzz
