#include "proto/wire/registry.h"

#include <array>
#include <string>

#include "proto/wire/karabo_decoder.h"

namespace airy::wire {
namespace {

struct Protocol {
  std::string_view name;
  Result<std::unique_ptr<Decoder>> (*create)(const DecoderOptions& options);
};

constexpr std::array<Protocol, 1> kProtocols = {{
    {"karabo-bridge", &KaraboDecoder::Create},
}};

}  // namespace

std::vector<std::string_view> ProtocolNames() {
  std::vector<std::string_view> names;
  for (const Protocol& protocol : kProtocols) names.push_back(protocol.name);
  return names;
}

Result<std::unique_ptr<Decoder>> CreateDecoder(std::string_view protocol,
                                               const DecoderOptions& options) {
  std::string known;
  for (const Protocol& row : kProtocols) {
    if (row.name == protocol) return row.create(options);
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return InvalidArgument("protocol must be one of " + known + "; was \"" +
                         std::string(protocol) + "\"");
}

}  // namespace airy::wire
