#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace airy::model {

// A port of the loopback address that nobody uses now.
inline int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  EXPECT_EQ(bind(probe, any, length), 0);
  EXPECT_EQ(getsockname(probe, any, &length), 0);
  close(probe);
  return ntohs(address.sin_port);
}

}  // namespace airy::model
