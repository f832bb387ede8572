#pragma once

#include "assay/money.hpp"
#include "assay/result.hpp"
#include "core/secret.hpp"
#include "teacher/authority.hpp"
#include "teacher/fault.hpp"
#include "teacher/http_offer.hpp"
#include "teacher/latency.hpp"
#include "teacher/limiter.hpp"
#include "teacher/model.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::teacher {

// A time, counted from the start, in which every completion is refused with 503.
struct Outage {
  Duration from;
  Duration length;
};
// "5s+10s": from five seconds after the start, for ten. Errors: Errc::usage.
[[nodiscard]] Result<Outage> parse_outage(std::string_view text);

struct ServerOptions {
  std::filesystem::path state_dir;   // ca.pem and port are written here; made if absent
  std::uint16_t port = 0;            // 0: any free one
  bool plain_http = false;           // no TLS; the socket is on loopback in any case
  HttpOffer http = HttpOffer::both;  // without TLS, both means HTTP/1.1
  Http2Manner http2;
  CertificateKind certificate = CertificateKind::valid;
  std::vector<Secret>
      keys;  // accepted as "Authorization: Bearer"; limits are per key; empty: none is asked for
  std::vector<ModelSettings> models;  // empty: default_models()
  Limits limits;
  std::optional<Duration> halve_after;  // since the start: limits are half of `limits` from then on
  std::vector<Outage> outages;
  Latency latency;
  FaultPlan faults;  // its seed is set from `seed`
  std::uint64_t seed = 1;
  Price price;                   // of every model, in the ledger
  std::filesystem::path ledger;  // empty: none
  bool ledger_sync = false;      // each line is written before its answer is sent
  bool precomputed = false;      // answers are kept by request and sent again as they are
  unsigned threads = 1;
  std::int64_t context_tokens_max = 16384;
  std::string dialect = "openai";     // that answers where the path names none (dialect.hpp)
  std::int64_t alternatives_max = 5;  // per token in top_logprobs, whatever is asked for
};

// Counts since the start. requests = answered + faulted + refused.
struct ServerCounters {
  std::uint64_t requests = 0;     // completions asked for
  std::uint64_t answered = 0;     // 200 as it should be
  std::uint64_t faulted = 0;      // struck by a fault
  std::uint64_t refused = 0;      // by limiter, key, model or request
  std::uint64_t connections = 0;  // accepted
  std::uint64_t open = 0;         // of these, not yet ended: all that they sent may not be read yet
};

// The embedded provider: an HTTPS server on 127.0.0.1 with threads of its own. Serving from
// construction (start) to stop() or destruction, which cut what is in flight and write the ledger
// out.
class Server {
 public:
  // Errors: Errc::io when the port, the state directory or the ledger cannot be had; Errc::usage
  // for two models of one name.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string base_url() const;  // "https://127.0.0.1:8443/v1"
  // The base URL of a dialect beside the one at the root: "https://127.0.0.1:8443/vllm/v1".
  // Bug (ensure) when there is none of this name.
  [[nodiscard]] std::string base_url(std::string_view dialect) const;
  [[nodiscard]] std::filesystem::path ca_file() const;  // PEM; empty in plain mode
  [[nodiscard]] std::vector<std::string> model_names() const;
  [[nodiscard]] ServerCounters counters() const;

  void change_limits(const Limits& limits);
  void flush_ledger();  // every line so far is in the file when it returns
  void stop();          // idempotent

 private:
  class Loop;
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace assay::teacher
