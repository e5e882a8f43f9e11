#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Decodes what `data` describes and aborts when a decoder breaks its promises. Input: one
// byte that selects protocol and options, then parts, each a 32-bit little-endian length
// and that many bytes (fewer if the input ends).
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace airy::fuzz {

// Writes parts in that form.
std::string FuzzInput(uint8_t selector, const std::vector<std::string>& parts);

}  // namespace airy::fuzz
