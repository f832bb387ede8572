// Runs a command and says what it cost: `CPU seconds, wall seconds, peak memory in KB` on the last
// line of standard output, after the command's own. Exits as the command did.
//
//   bench_spent COMMAND [ARGUMENT ...]
//
// A program of its own because Linux counts the memory of the process that forked into the peak of
// the one that was forked: a script's interpreter would be the peak of every small client.

#include <chrono>
#include <cstdio>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  char smoke[] = "--smoke";
  char nothing[] = "/bin/true";
  if (argc < 2) return std::fprintf(stderr, "bench_spent COMMAND [ARGUMENT ...]\n"), 2;
  if (std::string_view(argv[1]) == smoke) argv[1] = nothing;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child < 0) return std::perror("fork"), 1;
  if (child == 0) {
    ::execvp(argv[1], argv + 1);
    std::perror(argv[1]);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child) return std::perror("wait4"), 1;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  std::printf("\n%.6f %.6f %ld\n",
              seconds(usage.ru_utime) + seconds(usage.ru_stime),
              wall.count(),
              usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
