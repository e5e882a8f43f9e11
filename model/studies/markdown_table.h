#pragma once

#include <string>
#include <vector>

namespace airy::studies {

// A table in Markdown whose columns are in line, so that it can be read as it is: the
// first column to the left, the others to the right. Thread-compatible.
class MarkdownTable {
 public:
  explicit MarkdownTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  // As many cells as the header.
  void Add(std::vector<std::string> cells);
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
};

}  // namespace airy::studies
