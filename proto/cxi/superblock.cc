#include "proto/cxi/superblock.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "proto/cxi/file_lock.h"
#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

// Version 3, with the eight-byte offsets that every 64-bit library writes.
constexpr std::array<uint8_t, 8> kSignature = {0x89, 'H',  'D',  'F',
                                               '\r', '\n', 0x1a, '\n'};
constexpr size_t kVersionAt = 8;
constexpr size_t kOffsetSizeAt = 9;
constexpr size_t kMarksAt = 11;
constexpr size_t kBaseAddressAt = 12;
constexpr size_t kEndOfFileAt = 28;
constexpr size_t kChecksumAt = 44;
constexpr size_t kSize = 48;
constexpr uint8_t kOpenForWriting = 0x01;
constexpr uint8_t kOpenForSwmr = 0x04;

using Superblock = std::array<uint8_t, kSize>;

template <typename T>
T Load(const Superblock& block, size_t at) {
  T value;
  std::memcpy(&value, block.data() + at, sizeof(T));
  return value;
}

template <typename T>
void Store(T value, size_t at, Superblock* block) {
  std::memcpy(block->data() + at, &value, sizeof(T));
}

// Bob Jenkins' lookup3 (burtleburtle.net/bob/c/lookup3.c), the specification's checksum.
uint32_t Lookup3(std::span<const uint8_t> bytes) {
  uint32_t a = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
  uint32_t b = a;
  uint32_t c = a;
  const auto add_word = [&](uint32_t* sum, size_t word) {
    for (size_t i = 4 * word; i < std::min(bytes.size(), 4 * word + 4); ++i) {
      *sum += uint32_t{bytes[i]} << (8 * (i % 4));
    }
  };
  const auto subtract = [](uint32_t& x, uint32_t& y, uint32_t& z, int bits) {
    x = (x - z) ^ std::rotl(z, bits);
    z += y;
  };
  const auto cross = [](uint32_t& x, uint32_t y, int bits) {
    x = (x ^ y) - std::rotl(y, bits);
  };
  while (bytes.size() > 12) {
    add_word(&a, 0);
    add_word(&b, 1);
    add_word(&c, 2);
    subtract(a, b, c, 4);
    subtract(b, c, a, 6);
    subtract(c, a, b, 8);
    subtract(a, b, c, 16);
    subtract(b, c, a, 19);
    subtract(c, a, b, 4);
    bytes = bytes.subspan(12);
  }
  if (bytes.empty()) return c;
  add_word(&a, 0);
  add_word(&b, 1);
  add_word(&c, 2);
  cross(c, b, 14);
  cross(a, c, 11);
  cross(b, a, 25);
  cross(c, b, 16);
  cross(a, c, 4);
  cross(b, a, 14);
  cross(c, b, 24);
  return c;
}

uint32_t Checksum(const Superblock& block) {
  return Lookup3(std::span(block).first(kChecksumAt));
}

Status Validate(const Superblock& block, const std::string& path) {
  if (!std::equal(kSignature.begin(), kSignature.end(), block.begin()) ||
      block[kVersionAt] != 3 || block[kOffsetSizeAt] != 8 ||
      Load<uint64_t>(block, kBaseAddressAt) != 0) {
    return InvalidArgument(path + " has no HDF5 superblock of version 3");
  }
  if (Load<uint32_t>(block, kChecksumAt) != Checksum(block)) {
    return DataLoss(path + " has a superblock with a wrong checksum");
  }
  return OkStatus();
}

}  // namespace

Result<bool> ClearWriterMarks(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const FileLock file, FileLock::Take(path));
  Superblock block{};
  const ssize_t got = pread(file.fd(), block.data(), block.size(), 0);
  if (got != static_cast<ssize_t>(block.size())) {
    return InvalidArgument(path + " is shorter than an HDF5 superblock");
  }
  AIRY_TRY(Validate(block, path));
  if ((block[kMarksAt] & (kOpenForWriting | kOpenForSwmr)) == 0) return false;

  struct stat attributes {};
  if (fstat(file.fd(), &attributes) != 0) return SystemError("stat " + path);
  const uint64_t end = std::max(Load<uint64_t>(block, kEndOfFileAt),
                                static_cast<uint64_t>(attributes.st_size));
  if (ftruncate(file.fd(), static_cast<off_t>(end)) != 0) {
    return SystemError("extend " + path);
  }
  block[kMarksAt] &= static_cast<uint8_t>(~(kOpenForWriting | kOpenForSwmr));
  Store<uint64_t>(end, kEndOfFileAt, &block);
  Store<uint32_t>(Checksum(block), kChecksumAt, &block);
  if (pwrite(file.fd(), block.data(), block.size(), 0) !=
          static_cast<ssize_t>(block.size()) ||
      fsync(file.fd()) != 0) {
    return SystemError("write " + path);
  }
  return true;
}

}  // namespace airy::cxi
