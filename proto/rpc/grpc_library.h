#pragma once

namespace airy::rpc {

// Keeps the gRPC library up until the process ends; call before the first use of it. Left
// to itself gRPC shuts down with its last channel or server, and then may wait 10 s for a
// helper thread of some large write that has long ended (README.md). Thread-safe.
void KeepGrpcLibrary();

}  // namespace airy::rpc
