#include "model/trainer/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace airy::trainer {
namespace {

TEST(JsonWriterTest, NestsAndSeparates) {
  JsonWriter json;
  json.BeginObject();
  json.Text("a \"b\"", "c\n");
  json.BeginArray("list");
  json.Number({}, 0.5);
  json.Integer({}, -3);
  json.BeginObject();
  json.EndObject();
  json.EndArray();
  json.Integer("last", 1);
  json.EndObject();
  EXPECT_EQ(json.text(), R"({"a \"b\"":"c\u000a","list":[0.500000,-3,{}],"last":1})");
}

TEST(JsonWriterTest, WhatIsNotFiniteIsNull) {
  JsonWriter json;
  json.BeginArray();
  json.Number({}, std::nan(""));
  json.Number({}, -std::numeric_limits<double>::infinity());
  json.Number({}, 1e300);
  json.EndArray();
  EXPECT_EQ(json.text().substr(0, 12), "[null,null,1");
  EXPECT_EQ(json.text().size(), 12u + 300 + 8) << "all digits of the largest";
}

}  // namespace
}  // namespace airy::trainer
