#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>

#include "preprocess/frame/check.h"

namespace airy::testing {

// Runs `body` in a forked process, which tells its parent numbers through a pipe. Killed,
// if it still lives, at the end of the scope. Fork before starting threads.
class ChildProcess {
 public:
  // What the child tells with.
  using Tell = std::function<void(int64_t)>;

  explicit ChildProcess(const std::function<int(const Tell&)>& body) {
    int ends[2];
    AIRY_CHECK(pipe(ends) == 0);
    pid_ = fork();
    AIRY_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      close(ends[0]);
      _exit(body([&](int64_t number) {
        AIRY_CHECK(write(ends[1], &number, sizeof(number)) == sizeof(number));
      }));
    }
    close(ends[1]);
    heard_from_ = ends[0];
  }
  ~ChildProcess() {
    if (pid_ > 0) {
      Kill();
      Wait();
    }
    close(heard_from_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits for the next number; nothing once the child has ended.
  std::optional<int64_t> Hear() {
    int64_t number = 0;
    if (read(heard_from_, &number, sizeof(number)) != sizeof(number)) return std::nullopt;
    return number;
  }
  void Kill() const { kill(pid_, SIGKILL); }
  // The exit code, or minus the signal that ended it.
  int Wait() {
    int status = 0;
    AIRY_CHECK(waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int heard_from_ = -1;
};

}  // namespace airy::testing
