#include "proto/wire/karabo_encoder.h"

#include "proto/wire/msgpack_writer.h"

namespace airy::wire {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr size_t kFracDigits = 18;  // attoseconds
constexpr size_t kNsDigits = 9;

}  // namespace

std::string EncodeBlockHeader(std::string_view source, uint64_t train_id,
                              int64_t time_unix_ns) {
  const int64_t seconds = time_unix_ns / kNsPerSecond;
  const int64_t rest_ns = time_unix_ns % kNsPerSecond;
  const std::string nanoseconds = std::to_string(rest_ns);
  const std::string frac = std::string(kNsDigits - nanoseconds.size(), '0') +
                           nanoseconds + std::string(kFracDigits - kNsDigits, '0');
  MsgpackWriter writer;
  writer.Map(3);
  writer.Text("source");
  writer.Text(source);
  writer.Text("content");
  writer.Text("msgpack");
  writer.Text("metadata");
  writer.Map(5);
  writer.Text("source");
  writer.Text(source);
  writer.Text("timestamp");
  writer.Float(static_cast<double>(seconds) + static_cast<double>(rest_ns) * 1e-9);
  writer.Text("timestamp.sec");
  writer.Text(std::to_string(seconds));
  writer.Text("timestamp.frac");
  writer.Text(frac);
  writer.Text("timestamp.tid");
  writer.Uint(train_id);
  return writer.Take();
}

std::string EncodeArrayHeader(std::string_view source, std::string_view path,
                              std::string_view dtype, std::span<const uint64_t> shape) {
  MsgpackWriter writer;
  writer.Map(5);
  writer.Text("source");
  writer.Text(source);
  writer.Text("content");
  writer.Text("array");
  writer.Text("path");
  writer.Text(path);
  writer.Text("dtype");
  writer.Text(dtype);
  writer.Text("shape");
  writer.Array(static_cast<uint32_t>(shape.size()));
  for (const uint64_t size : shape) writer.Uint(size);
  return writer.Take();
}

}  // namespace airy::wire
