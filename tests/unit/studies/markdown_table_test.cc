#include "model/studies/markdown_table.h"

#include <gtest/gtest.h>

namespace airy::studies {
namespace {

TEST(MarkdownTableTest, PutsColumnsInLineWhateverTheLettersTake) {
  MarkdownTable table({"", "accuracy"});
  table.Add({"ResNet18", "0.9 ± 0.1"});
  table.Add({"SVM", ""});
  EXPECT_EQ(table.Text(),
            "|          |  accuracy |\n"
            "|----------|----------:|\n"
            "| ResNet18 | 0.9 ± 0.1 |\n"
            "| SVM      |           |\n");
}

}  // namespace
}  // namespace airy::studies
