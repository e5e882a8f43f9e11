#include "server/config_check.h"

#include <map>
#include <string_view>

#include "proto/wire/registry.h"

namespace airy::server {
namespace {

// "127.0.0.1" of "tcp://127.0.0.1:45001" or "127.0.0.1:8080"; "" for ipc.
std::string_view HostOf(std::string_view address) {
  if (address.starts_with("ipc://")) return "";
  if (address.starts_with("tcp://")) address.remove_prefix(6);
  return address.substr(0, address.rfind(':'));
}

bool IsLocal(std::string_view address) {
  const std::string_view host = HostOf(address);
  return host.empty() || host == "localhost" || host == "[::1]" || host == "::1" ||
         host.starts_with("127.");
}

bool HasFixedPort(std::string_view address) {
  return !address.ends_with(":0") && !address.ends_with(":*");
}

// Without the scheme, so that an HTTP port and a ZeroMQ port can be compared.
std::string_view Bare(std::string_view address) {
  return address.starts_with("tcp://") ? address.substr(6) : address;
}

void CheckConnect(const std::string& section, const ingest::ZmqSourceOptions& socket,
                  const ConfigReport& report) {
  if (socket.bind || !socket.endpoint.starts_with("tcp://")) return;
  if (HasFixedPort(socket.endpoint) && HostOf(socket.endpoint) != "*") return;
  const std::string key = section + ".endpoint";
  report({key, section + ".bind"},
         key + " must name a host and a port 1..65535 to connect to; was \"" +
             socket.endpoint + '"');
}

void CheckAddresses(const Config& config, const ConfigReport& report) {
  std::map<std::string, std::string> listening = {{"grpc.listen", config.grpc.address},
                                                  {"web.listen", config.web.address}};
  if (config.publisher_enabled) {
    listening["publisher.endpoint"] = config.publisher.endpoint;
  }
  for (const auto& [name, source] : config.sources) {
    if (source.zmq.bind) {
      listening["source." + name + ".endpoint"] = source.zmq.endpoint;
    }
  }
  std::map<std::string_view, std::string> taken;
  for (const auto& [key, address] : listening) {
    if (!config.server.allow_remote && !IsLocal(address)) {
      report({key, "server.allow_remote"},
             key +
                 " must be on this machine (127.0.0.1, localhost or [::1]) unless "
                 "server.allow_remote = true; was \"" +
                 address + '"');
    }
    if (!HasFixedPort(address)) continue;
    const auto [other, is_new] = taken.emplace(Bare(address), key);
    if (!is_new) {
      report({key, other->second}, key + " must differ from " + other->second +
                                       "; both were \"" + address + '"');
    }
  }
}

void CheckSource(const std::string& name, const SourceOptions& source,
                 const ConfigReport& report) {
  const std::string section = "source." + name;
  CheckConnect(section, source.zmq, report);
  if (const Status status = ingest::ValidatePolicy(source.zmq); !status.ok()) {
    report({section + ".policy", section + ".type"}, section + ": " + status.message());
  }
  // Keys that are wrong by themselves were refused, and the default is seen here.
  const Status decoder =
      wire::CreateDecoder(source.zmq.protocol, source.zmq.decoder).status();
  if (!decoder.ok()) {
    report({section + ".pulse_id_key", section + ".key"},
           section + ": " + decoder.message());
  }
  const auto dataset_without_file = [&](const char* what, const CalibrationFile& file) {
    if (file.path.empty() && !file.dataset.empty()) {
      const std::string key = section + "." + what + "_dataset";
      report(
          {key, section + "." + what + "_file"},
          key + " needs " + section + "." + what + "_file; was \"" + file.dataset + '"');
    }
  };
  dataset_without_file("mask", source.mask);
  dataset_without_file("dark", source.dark);
}

}  // namespace

void CheckConfig(const Config& config, const ConfigReport& report) {
  CheckAddresses(config, report);
  for (const auto& [name, source] : config.sources) CheckSource(name, source, report);
  if (config.grpc.max_memory_bytes < config.grpc.max_message_bytes) {
    report({"grpc.max_memory_bytes", "grpc.max_message_bytes"},
           "grpc.max_memory_bytes must be at least grpc.max_message_bytes (" +
               std::to_string(config.grpc.max_message_bytes) + "); was " +
               std::to_string(config.grpc.max_memory_bytes));
  }
  const int capacity = config.pipeline.batch.request_capacity;
  if (config.grpc.max_images > capacity) {
    report({"grpc.max_images", "batch.request_capacity"},
           "grpc.max_images must be at most batch.request_capacity (" +
               std::to_string(capacity) + "), or a full request never fits; was " +
               std::to_string(config.grpc.max_images));
  }
}

}  // namespace airy::server
