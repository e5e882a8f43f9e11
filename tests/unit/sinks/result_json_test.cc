#include "server/sinks/result_json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/testing/records.h"

namespace airy::sinks {
namespace {

using nlohmann::json;
using testing::MakeDrop;
using testing::MakeHit;
using testing::MakeMiss;

std::string Write(const pipeline::Record& record, const JsonPosition& position = {}) {
  std::string text = "left over";
  WriteResultJson(record, position, &text);
  return text;
}

TEST(ResultJsonTest, SaysEverythingOfAClassifiedFrame) {
  const json result =
      json::parse(Write(MakeHit(42, 0.75F), {.sequence = 7, .missed = 3}));
  const json expected = json::parse(R"({
    "source": "cam1", "train_id": 42, "pulse_id": 2, "sequence": 7, "missed": 3,
    "detector_time_unix_ns": 1700000000000000000, "arrival_unix_ns": 1700000000001000000,
    "outcome": "classified", "hit": true, "lit_pixels": 5000,
    "labels": ["round"],
    "model": {"name": "fake", "version": "7",
      "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}})");
  for (const auto& [key, value] : expected.items())
    EXPECT_EQ(result.at(key), value) << key;
  EXPECT_EQ(result.at("probabilities").size(), kClassNames.size());
  EXPECT_EQ(result.at("probabilities").at("round").get<float>(), 0.75F);
  EXPECT_EQ(result.at("probabilities").at("empty").get<float>(), 0.1F);
  EXPECT_DOUBLE_EQ(result.at("stage_s").at("decode"), 0.001);
  EXPECT_DOUBLE_EQ(result.at("stage_s").at("infer"), 0.020);
  EXPECT_DOUBLE_EQ(result.at("stage_s").at("total"), 0.063);
  EXPECT_FALSE(result.contains("drop"));
}

TEST(ResultJsonTest, KeepsClassOrder) {
  const std::string text = Write(MakeHit(1));
  size_t last = text.find("\"probabilities\"");
  for (const std::string_view name : kClassNames) {
    const size_t here = text.find('"' + std::string(name) + "\":", last);
    ASSERT_NE(here, std::string::npos) << name;
    last = here;
  }
}

TEST(ResultJsonTest, MissesAndDropsCarryNoPrediction) {
  const json miss = json::parse(Write(MakeMiss(1)));
  EXPECT_EQ(miss.at("outcome"), "miss");
  EXPECT_EQ(miss.at("hit"), false);
  EXPECT_FALSE(miss.contains("probabilities"));
  EXPECT_FALSE(miss.contains("drop"));
  const json drop = json::parse(Write(MakeDrop(2)));
  EXPECT_EQ(drop.at("outcome"), "dropped");
  EXPECT_EQ(drop.at("drop"),
            json::parse(R"({"stage":"preprocess","reason":"queue_full"})"));
  EXPECT_FALSE(drop.contains("model"));
}

TEST(ResultJsonTest, LargeIdsKeepEveryDigit) {
  pipeline::Record record = MakeMiss(std::numeric_limits<uint64_t>::max());
  record.detector_time_unix_ns = std::numeric_limits<int64_t>::min();
  const json result = json::parse(Write(record));
  EXPECT_EQ(result.at("train_id"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(result.at("detector_time_unix_ns"), std::numeric_limits<int64_t>::min());
}

TEST(ResultJsonTest, StaysJsonWhateverTheModelIsCalledAndSays) {
  pipeline::Record record = MakeHit(1);
  auto model = std::make_shared<model::ModelInfo>(*record.model);
  model->name = "quote\" back\\slash\nnewline\x01 \xc3\xa4";
  record.model = model;
  record.probabilities[kRound] = std::numeric_limits<float>::quiet_NaN();
  record.probabilities[kBent] = std::numeric_limits<float>::infinity();
  const std::string text = Write(record);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const json result = json::parse(text);
  EXPECT_EQ(result.at("model").at("name"), model->name);
  EXPECT_TRUE(result.at("probabilities").at("round").is_null());
  EXPECT_TRUE(result.at("probabilities").at("bent").is_null());
}

}  // namespace
}  // namespace airy::sinks
