#include "model/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

StoredTensor Bytes(const std::string& name, TensorType type, std::vector<int64_t> shape,
                   size_t bytes) {
  StoredTensor tensor{name, type, std::move(shape), {}};
  for (size_t i = 0; i < bytes; ++i) tensor.data.push_back(static_cast<std::byte>(i * 7));
  return tensor;
}

// A file with this header and `data_bytes` zeros.
std::string FileWith(const std::string& header, size_t data_bytes) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data_bytes, '\0');
}

class SafetensorsTest : public ::testing::Test {
 protected:
  Result<Safetensors> Read(const std::string& bytes) {
    std::ofstream(folder_.File("t.safetensors"), std::ios::binary) << bytes;
    return ReadSafetensors(folder_.File("t.safetensors"));
  }
  TemporaryFolder folder_;
};

TEST_F(SafetensorsTest, ReadsWhatItWrote) {
  Safetensors content;
  content.metadata = {{"key", "value with \"quotes\"\n"}, {"empty", ""}};
  content.tensors = {Bytes("b", TensorType::kF32, {2, 3}, 24),
                     Bytes("a", TensorType::kF16, {5}, 10),
                     Bytes("scalar", TensorType::kF32, {}, 4),
                     Bytes("none", TensorType::kF32, {0, 4}, 0)};
  const std::string path = folder_.File("x.safetensors");
  ASSERT_OK(WriteSafetensors(path, content));
  const auto read = ReadSafetensors(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->metadata, content.metadata);
  ASSERT_EQ(read->tensors.size(), content.tensors.size());
  for (const StoredTensor& expected : content.tensors) {
    const auto found = std::find_if(
        read->tensors.begin(), read->tensors.end(),
        [&](const StoredTensor& tensor) { return tensor.name == expected.name; });
    ASSERT_NE(found, read->tensors.end());
    EXPECT_EQ(found->type, expected.type);
    EXPECT_EQ(found->shape, expected.shape);
    EXPECT_EQ(found->data, expected.data);
  }
  EXPECT_EQ(read->sha256.size(), 64U);
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
}

TEST_F(SafetensorsTest, KeepsTheOldFileWhenTheNewOneCannotBeWritten) {
  EXPECT_STATUS(StatusCode::kUnavailable,
                WriteSafetensors(folder_.File("missing/x.safetensors"), {}));
  const std::string path = folder_.File("folder");
  std::filesystem::create_directories(path + "/inside");
  EXPECT_STATUS(StatusCode::kUnavailable, WriteSafetensors(path, {}));
  EXPECT_TRUE(std::filesystem::exists(path + "/inside"));
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
}

TEST_F(SafetensorsTest, SaysWhenThereIsNoFile) {
  EXPECT_STATUS(StatusCode::kNotFound, ReadSafetensors(folder_.File("missing")));
  EXPECT_STATUS(StatusCode::kNotFound, ReadSafetensors(folder_.File("")));
}

TEST_F(SafetensorsTest, RefusesEveryTruncation) {
  const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const std::string whole = FileWith(header, 8);
  ASSERT_OK(Read(whole));
  for (size_t length = 0; length < whole.size(); ++length) {
    SCOPED_TRACE(length);
    EXPECT_STATUS(StatusCode::kDataLoss, Read(whole.substr(0, length)));
  }
  EXPECT_STATUS(StatusCode::kDataLoss, Read(whole + "x"));
}

TEST_F(SafetensorsTest, RefusesHeaderLengthsOutOfRange) {
  for (const uint64_t length : {uint64_t{0}, uint64_t{1}, (uint64_t{1} << 20) + 1,
                                uint64_t{1} << 40, ~uint64_t{0}}) {
    std::string bytes = FileWith("{}", 1 << 21);
    std::memcpy(bytes.data(), &length, 8);
    SCOPED_TRACE(length);
    EXPECT_STATUS(StatusCode::kDataLoss, Read(bytes));
  }
}

TEST_F(SafetensorsTest, RefusesHostileHeaders) {
  const std::vector<std::string> headers = {
      R"([])",
      R"({"a":1})",
      R"({"a":{}})",
      R"({"a":{"dtype":"F32","shape":[2]}})",
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})",
      R"({"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}})",
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})",
      R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})",
      R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
      R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}})",
      // 2^62 * 4 bytes wraps to 0 in 64 bits
      R"({"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8]}})",
      R"({"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,8]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x)",
      R"({"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      "{\"a" + std::string(100, '['),
  };
  for (const std::string& header : headers) {
    SCOPED_TRACE(header);
    EXPECT_STATUS(StatusCode::kDataLoss, Read(FileWith(header, 8)));
  }
}

TEST_F(SafetensorsTest, NamesAnUnknownType) {
  const auto read =
      Read(FileWith(R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", 8));
  EXPECT_STATUS(StatusCode::kInvalidArgument, read);
  EXPECT_NE(read.status().message().find("I64"), std::string::npos);
}

}  // namespace
}  // namespace airy::model
