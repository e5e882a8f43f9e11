#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <vector>

#include "model/meeting_host.h"
#include "model/process_place.h"

namespace airy::model {

std::vector<uint8_t> BytesOf(const std::string& text);

// A store of c10d kept by a MeetingHost: c10d's own one, TCPStore, listens on every
// interface of the machine. Throws std::runtime_error when the host is gone, or for want
// of a value within the timeout. Thread-safe, but for setTimeout.
class MeetingStore final : public c10d::Store {
 public:
  using Bytes = std::vector<uint8_t>;

  // `host`: of process 0.
  MeetingStore(ProcessPlace place, std::shared_ptr<MeetingHost> host,
               std::chrono::milliseconds patience);

  void set(const std::string& key, const Bytes& value) override;
  Bytes get(const std::string& key) override;
  Bytes compareSet(const std::string& key, const Bytes& expected,
                   const Bytes& desired) override;
  int64_t add(const std::string& key, int64_t value) override;
  bool deleteKey(const std::string& key) override;
  bool check(const std::vector<std::string>& keys) override;
  int64_t getNumKeys() override;
  void wait(const std::vector<std::string>& keys) override;
  void wait(const std::vector<std::string>& keys,
            const std::chrono::milliseconds& timeout) override;
  // Later versions of LibTorch want it.
  virtual c10::intrusive_ptr<c10d::Store> clone();

 private:
  std::string Ask(const MeetingRequest& request, std::chrono::milliseconds timeout) const;

  const ProcessPlace place_;
  const std::shared_ptr<MeetingHost> host_;
};

}  // namespace airy::model
