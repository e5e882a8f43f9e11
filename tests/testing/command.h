#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>
#include <vector>

#include "preprocess/frame/check.h"

namespace airy::testing {

// What a shell command printed, and its exit code (or minus the signal).
struct CommandResult {
  int exit_code = 0;
  std::vector<std::string> lines;
};
inline CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* output = popen((command + " 2>&1").c_str(), "r");
  AIRY_CHECK(output != nullptr);
  std::string line;
  for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) {
    if (c == '\n') {
      result.lines.push_back(std::move(line));
      line.clear();
    } else {
      line += static_cast<char>(c);
    }
  }
  if (!line.empty()) result.lines.push_back(line);
  const int status = pclose(output);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace airy::testing
