// From the moment a detector hands a train to ZeroMQ until a listener has its result in
// hand: the whole server over TCP, one frame at a time. The baseline is what ZeroMQ alone
// needs to carry the same bytes there and a result back. Run it from the repository's
// root, where the checkpoint is.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "model/torch_engine.h"
#include "proto/wire/karabo_encoder.h"
#include "server/server.h"
#include "server/telemetry/log.h"
#include "tests/bench/ring_frame.h"
#include "tests/fakes/fake_engine.h"

namespace airy::server {
namespace {

constexpr char kSource[] = "LDM/DET/PNCCD";
constexpr char kKey[] = "image.data";
constexpr int kEdge = 1035;

[[maybe_unused]] const bool kQuiet = [] {
  telemetry::InitLog({.level = telemetry::LogLevel::kWarn});
  return true;
}();

template <typename T>
T OrAbort(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << "stream_bench: " << result.status().ToString() << '\n';
  std::abort();
}

void Send(zmq::socket_t& socket, std::string_view bytes, zmq::send_flags flags) {
  zmq::message_t message(bytes.data(), bytes.size());
  if (!socket.send(message, flags)) std::abort();
}

// One frame of `value` counts, as train `train_id`.
void SendTrain(zmq::socket_t& socket, uint64_t train_id,
               const std::vector<uint16_t>& pixels) {
  const uint64_t shape[] = {1, kEdge, kEdge};
  Send(socket, wire::EncodeBlockHeader(kSource, train_id, 1'700'000'000'000'000'000),
       zmq::send_flags::sndmore);
  Send(socket, wire::kNoProperties, zmq::send_flags::sndmore);
  Send(socket, wire::EncodeArrayHeader(kSource, kKey, "uint16", shape),
       zmq::send_flags::sndmore);
  // Sent from where they lie; they outlive the socket.
  zmq::message_t image(const_cast<uint16_t*>(pixels.data()),
                       pixels.size() * sizeof(uint16_t), [](void*, void*) {});
  if (!socket.send(image, zmq::send_flags::none)) std::abort();
}

// Receives all parts of one message; false when none came in time.
bool Receive(zmq::socket_t& socket) {
  zmq::message_t part;
  do {
    if (!socket.recv(part)) return false;
  } while (part.more());
  return true;
}

const std::vector<uint16_t>& Hit() {
  static const std::vector<uint16_t> pixels(size_t{kEdge} * kEdge, 100);
  return pixels;
}
const std::vector<uint16_t>& Rings() {
  static const std::vector<uint16_t> pixels = RingFrame(kEdge);
  return pixels;
}
const std::vector<uint16_t>& Miss() {
  static const std::vector<uint16_t> pixels(size_t{kEdge} * kEdge, 1);
  return pixels;
}

// ZeroMQ alone: the train there, 1 kB back, and nothing in between.
void BM_ZmqAlone(benchmark::State& state) {
  zmq::context_t context;
  zmq::socket_t in(context, zmq::socket_type::pull);
  in.bind("tcp://127.0.0.1:*");
  zmq::socket_t out(context, zmq::socket_type::push);
  out.bind("tcp://127.0.0.1:*");
  std::thread echo([&] {
    const std::string result(1000, 'r');
    zmq::message_t part;
    while (in.recv(part) && part.size() > 0) {
      if (!part.more()) Send(out, result, zmq::send_flags::none);
    }
  });
  zmq::socket_t detector(context, zmq::socket_type::push);
  detector.connect(in.get(zmq::sockopt::last_endpoint));
  zmq::socket_t listener(context, zmq::socket_type::pull);
  listener.connect(out.get(zmq::sockopt::last_endpoint));
  uint64_t train_id = 0;
  for (auto _ : state) {
    SendTrain(detector, ++train_id, Hit());
    if (!Receive(listener)) std::abort();
  }
  Send(detector, "", zmq::send_flags::none);
  echo.join();
}
BENCHMARK(BM_ZmqAlone)->UseRealTime()->Unit(benchmark::kMillisecond);

// airyd as `deploy/airy.toml` has it, but for one lossless source, free ports, one engine
// and no waiting for company.
void StreamToResult(benchmark::State& state, const std::vector<uint16_t>& pixels,
                    const Server::EngineFactory& make_engine, bool record,
                    bool maps = false) {
  const auto folder = std::filesystem::temp_directory_path() / "airy-stream-bench";
  Config config;
  SourceOptions source;
  source.zmq.endpoint = "tcp://127.0.0.1:*";
  source.zmq.bind = true;
  source.zmq.type = ingest::SocketType::kPull;
  source.zmq.policy = pipeline::SourcePolicy::kLossless;
  config.sources["bench"] = source;
  config.pipeline.worker_threads = 1;
  config.pipeline.batch.max_delay_us = 0;
  config.publisher.endpoint = "tcp://127.0.0.1:*";
  config.grpc.address = "127.0.0.1:0";
  config.web.address = "127.0.0.1:0";
  if (maps) config.preprocess.input = PreprocessOptions::Input::kCcf;
  config.recorder_enabled = record;
  config.recorder.folder = folder;
  const auto server =
      OrAbort(Server::Start(config, {.cores = 1}, make_engine, SystemClock(),
                            [](auto, auto) { std::abort(); }));
  zmq::context_t context;
  zmq::socket_t listener(context, zmq::socket_type::sub);
  listener.set(zmq::sockopt::subscribe, "");
  listener.connect(server->results_endpoint());
  zmq::socket_t detector(context, zmq::socket_type::push);
  detector.connect(server->source_endpoint("bench"));
  // Until the subscription has arrived, results are not for us.
  listener.set(zmq::sockopt::rcvtimeo, 1000);
  uint64_t train_id = 0;
  do {
    SendTrain(detector, ++train_id, pixels);
  } while (!Receive(listener));
  for (auto _ : state) {
    SendTrain(detector, ++train_id, pixels);
    if (!Receive(listener)) std::abort();
  }
  server->Shutdown([](auto) { std::abort(); });
  std::filesystem::remove_all(folder);
}

Result<std::unique_ptr<model::Engine>> NoNetwork(const EngineOptions&, int max_batch) {
  return std::unique_ptr<model::Engine>(std::make_unique<testing::FakeEngine>(max_batch));
}
Result<std::unique_ptr<model::Engine>> NoNetworkOfMaps(const EngineOptions&,
                                                       int max_batch) {
  auto engine = std::make_unique<testing::FakeEngine>(max_batch);
  engine->mutable_info().ccf.emplace();
  return std::unique_ptr<model::Engine>(std::move(engine));
}
Result<std::unique_ptr<model::Engine>> ShippedNetwork(const EngineOptions& options,
                                                      int max_batch) {
  model::SetIntraOpThreads(1);
  return model::CreateTorchEngine(
      {.checkpoint = options.checkpoint, .max_batch = max_batch});
}

void BM_Miss(benchmark::State& state) { StreamToResult(state, Miss(), NoNetwork, false); }
void BM_HitWithoutNetwork(benchmark::State& state) {
  StreamToResult(state, Hit(), NoNetwork, false);
}
void BM_HitWithoutNetworkRecorded(benchmark::State& state) {
  StreamToResult(state, Hit(), NoNetwork, true);
}
void BM_RingsWithoutNetwork(benchmark::State& state) {
  StreamToResult(state, Rings(), NoNetwork, false);
}
void BM_RingsWithoutNetworkMapped(benchmark::State& state) {
  StreamToResult(state, Rings(), NoNetworkOfMaps, false, /*maps=*/true);
}
void BM_Hit(benchmark::State& state) {
  StreamToResult(state, Hit(), ShippedNetwork, false);
}
BENCHMARK(BM_Miss)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_HitWithoutNetwork)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_HitWithoutNetworkRecorded)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RingsWithoutNetwork)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RingsWithoutNetworkMapped)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Hit)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace airy::server
