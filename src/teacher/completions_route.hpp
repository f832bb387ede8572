#pragma once

#include "teacher/answer_cache.hpp"
#include "teacher/completer.hpp"
#include "teacher/dialect.hpp"
#include "teacher/fault_table.hpp"
#include "teacher/prefix_memory.hpp"
#include "teacher/registry.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// What a connection is to do with one request.
struct Reply {
  std::string bytes;      // the whole answer, unless a script says otherwise
  std::string_view kept;  // its body behind `bytes`, where the route's cache has it for good
  Script script;          // not empty: these steps instead
  Duration delay{};       // before either
  Slot slot;              // to be kept until the answer is out
  bool keep_alive = true;
  bool refused_stream = false;  // over HTTP/2, REFUSED_STREAM instead
};

// When a request came: the clock is read by the loop only.
struct Moment {
  Instant now;
  std::int64_t unix_s = 0;
};

// A completion request from its body to its reply: read, admitted or refused, its fate drawn,
// answered, billed. One per loop; the options and the registry must outlive it.
class CompletionsRoute {
 public:
  CompletionsRoute(const ServerOptions& options,
                   const std::vector<std::shared_ptr<const Model>>& models,
                   RequestParser& parser,
                   Registry& registry);

  struct Call {
    const Place& place;  // with a route
    std::string_view body;
    std::size_t key;  // index of the API key
    bool keep_alive;
    bool accepts_gzip;
    Moment moment;
  };
  [[nodiscard]] Reply answer(const Call& call);

  // A refusal that comes before the request is read, with its line in the ledger.
  [[nodiscard]] Reply refuse(const ApiError& error,
                             const Dialect& dialect,
                             const Moment& moment,
                             bool keep_alive);

 private:
  // A request as far as limits and faults need it; `request` is absent when the answer is known
  // already.
  struct Asked {
    std::optional<CompletionRequest> request;
    const KnownAnswer* known = nullptr;
    KnownAnswer own;  // what `known` points to unless the cache holds it
  };
  // What strikes a request: one fault of the whole answer, or lies about single choices. A prompt's
  // fate is its own, so in an array a lie stays with its choice; a fault of the whole answer takes
  // all of them.
  struct Fate {
    const FaultRule* whole = nullptr;
    struct Lie {
      const FaultRule* rule;
      std::size_t prompt;
    };
    std::vector<Lie> lies;
    [[nodiscard]] std::string_view name() const;
  };

  [[nodiscard]] std::expected<CompletionRequest, ApiError> read(const Call& call);
  [[nodiscard]] bool is_down(Instant now) const;
  // Valid until the next call, and as long as the body.
  [[nodiscard]] std::string_view cache_key(const Call& call);
  // A whole provider compresses for those who ask; faults are about bytes that can be read.
  [[nodiscard]] bool compresses(const Call& call) const;
  void name_model(const Call& call, CompletionRequest& request) const;
  void fit(CompletionRequest& request) const;  // max_tokens to the context, where it may shrink
  [[nodiscard]] std::expected<Asked, ApiError> ask(const Call& call);
  void compute(Asked& asked, const Call& call, const Fate& fate, const Ticket& ticket);
  void tell_lie(const Fate::Lie& lie,
                Completion& completion,
                const CompletionRequest& request,
                const Ticket& ticket,
                Rng& rng);
  // Longest prompt with its answer against the context; the refusal, or nothing.
  [[nodiscard]] std::optional<ApiError> too_long(const CompletionRequest& request) const;
  [[nodiscard]] Reply limit(const Asked& asked, const Call& call, const Ticket& ticket);
  [[nodiscard]] Fate fate_of(const Asked& asked, const Ticket& ticket) const;
  [[nodiscard]] Reply deliver(Asked& asked, const Call& call, Ticket& ticket);
  void bill(const Asked& asked, const Ticket& ticket, LedgerLine line);

  const ServerOptions* options_;
  RequestParser* parser_;
  Registry* registry_;
  const Vocabulary* vocabulary_;
  Completer completer_;
  AnswerCache cache_;
  std::string cache_key_;  // of the last request, where its body does not say all
  PrefixMemory memory_;
  bool may_truncate_;  // a fault may answer what is longer than the context
};

}  // namespace assay::teacher
