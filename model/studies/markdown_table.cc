#include "model/studies/markdown_table.h"

#include <algorithm>

#include "preprocess/frame/check.h"

namespace airy::studies {
namespace {

// Characters, not bytes, of UTF-8.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void MarkdownTable::Add(std::vector<std::string> cells) {
  AIRY_CHECK(cells.size() == rows_.front().size());
  rows_.push_back(std::move(cells));
}

std::string MarkdownTable::Text() const {
  std::vector<size_t> widths(rows_.front().size(), 2);
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], WidthOf(row[c]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - WidthOf(row[c]), ' ');
      text += c == 0 ? "| " + row[c] + space : space + row[c];
      text += " | ";
    }
    text.back() = '\n';
    if (&row != &rows_.front()) continue;
    for (size_t c = 0; c < widths.size(); ++c) {
      text += c == 0 ? "|" + std::string(widths[c] + 2, '-') + "|"
                     : std::string(widths[c] + 1, '-') + ":|";
    }
    text += '\n';
  }
  return text;
}

}  // namespace airy::studies
