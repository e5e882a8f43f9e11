// Receives from one endpoint through airy::ingest and prints what came, one JSON object
// per line: {"endpoint"}, then a line per frame or rejection until `count` of them are
// there. For tests that hold the other end. Arguments are key=value:
//   type=sub|pull|req endpoint= bind=0|1 count= axes= key= source= pulse_id_key=

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "server/ingest/zmq_source.h"

namespace airy {
namespace {

constexpr std::chrono::seconds kPatience{20};

double PixelAt(const PixelView& view, int row, int col) {
  const ptrdiff_t offset = col * view.col_stride;
  switch (view.type) {
    case PixelType::kUint8:
      return view.Row<uint8_t>(row)[offset];
    case PixelType::kUint16:
      return view.Row<uint16_t>(row)[offset];
    case PixelType::kUint32:
      return view.Row<uint32_t>(row)[offset];
    case PixelType::kInt16:
      return view.Row<int16_t>(row)[offset];
    case PixelType::kInt32:
      return view.Row<int32_t>(row)[offset];
    case PixelType::kFloat32:
      return static_cast<double>(view.Row<float>(row)[offset]);
    case PixelType::kFloat64:
      return view.Row<double>(row)[offset];
  }
  return 0;
}

class PrintingIntake : public pipeline::Intake {
 public:
  PrintingIntake() { source_.name = "probe"; }

  const pipeline::SourceInfo& source() const override { return source_; }

  bool Submit(Frame frame) override {
    std::string pixels;
    for (int row = 0; row < frame.pixels.total_rows(); ++row) {
      for (int col = 0; col < frame.pixels.cols; ++col) {
        if (!pixels.empty()) pixels += ',';
        pixels += std::to_string(PixelAt(frame.pixels, row, col));
      }
    }
    std::printf(
        "{\"train_id\":%llu,\"pulse_id\":%llu,\"time_ns\":%lld,\"type\":\"%s\","
        "\"rows\":%d,\"cols\":%d,\"pixels\":[%s]}\n",
        static_cast<unsigned long long>(frame.id.train_id),
        static_cast<unsigned long long>(frame.id.pulse_id),
        static_cast<long long>(frame.detector_time_unix_ns),
        std::string(PixelTypeName(frame.pixels.type)).c_str(), frame.pixels.total_rows(),
        frame.pixels.cols, pixels.c_str());
    Count();
    return true;
  }

  void Reject(pipeline::RejectReason reason, const std::string&) override {
    std::printf("{\"rejected\":\"%s\"}\n",
                pipeline::kRejectReasonNames[static_cast<size_t>(reason)]);
    Count();
  }

  void SetConnected(bool) override {}

  bool WaitFor(int count) {
    std::unique_lock lock(mutex_);
    return counted_.wait_for(lock, kPatience, [&] { return count_ >= count; });
  }

 private:
  void Count() {
    std::fflush(stdout);
    {
      std::lock_guard lock(mutex_);
      ++count_;
    }
    counted_.notify_all();
  }

  pipeline::SourceInfo source_;
  std::mutex mutex_;
  std::condition_variable counted_;
  int count_ = 0;  // guarded by mutex_
};

int Main(std::map<std::string, std::string> arguments) {
  ingest::ZmqSourceOptions options;
  options.name = "probe";
  options.endpoint = arguments["endpoint"];
  options.bind = arguments["bind"] == "1";
  const auto type = std::find(ingest::kSocketTypeNames.begin(),
                              ingest::kSocketTypeNames.end(), arguments["type"]);
  options.type = static_cast<ingest::SocketType>(type - ingest::kSocketTypeNames.begin());
  options.decoder.axes = arguments["axes"];
  options.decoder.key = arguments["key"];
  options.decoder.source = arguments["source"];
  options.decoder.pulse_id_key = arguments["pulse_id_key"];

  PrintingIntake intake;
  auto source = ingest::ZmqSource::Create(options, intake, SystemClock());
  const Status status = source.ok() ? (*source)->Start() : source.status();
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return EXIT_FAILURE;
  }
  std::printf("{\"endpoint\":\"%s\"}\n", (*source)->LastEndpoint().c_str());
  std::fflush(stdout);
  return intake.WaitFor(std::stoi(arguments["count"])) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace airy

int main(int argc, char** argv) {
  std::map<std::string, std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    arguments[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  return airy::Main(std::move(arguments));
}
