#include "proto/rpc/grpc_library.h"

#include <grpc/grpc.h>

namespace airy::rpc {

void KeepGrpcLibrary() {
  [[maybe_unused]] static const bool kept = [] {
    grpc_init();
    return true;
  }();
}

}  // namespace airy::rpc
