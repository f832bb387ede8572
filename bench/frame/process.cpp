#include "frame/process.hpp"

#include <sys/resource.h>

namespace assay::bench {
namespace {

rusage usage() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

double cpu_seconds() {
  const rusage used = usage();
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double peak_megabytes() {
  return static_cast<double>(usage().ru_maxrss) / 1024;
}

}  // namespace assay::bench
