#pragma once

// What the teacher says, before it becomes bytes. Faults of the fault table change these values.

#include "assay/time.hpp"
#include "teacher/reading.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// One choice of a completions answer.
struct Choice {
  std::int64_t index = 0;
  std::string text;
  std::string_view finish_reason = "length";
  bool with_logprobs = false;
  // The four columns of `logprobs`, one entry per token.
  std::vector<TokenId> tokens;
  std::vector<std::optional<double>> nats;
  std::vector<std::int64_t> offsets;  // in code points of `text`
  std::size_t top_count = 0;  // most entries of a position in top_logprobs; 0: the column is null
  std::vector<TokenLogProb> tops;     // the positions' entries one after the other
  std::vector<std::size_t> top_ends;  // by position: end of its entries in `tops`
  std::size_t prompt_count = 0;       // the first of the columns that are the prompt's
  std::size_t prompt_bytes = 0;       // the first of `text` that are
  std::vector<std::uint32_t> ranks;   // by column, from 1, where they are wanted; 0: no value
  // Of each token made, the log-probability that it was drawn with, where it is wanted.
  std::vector<double> sampled;
  bool stopped_by_text = false;  // by one of the request's stops
  // JSON of each token in the place of the vocabulary's, when not empty: how a lie shows others.
  std::vector<std::string> shown;

  // JSON put in the place of a log-probability, be it JSON or not: how a fault lies.
  struct Literal {
    std::size_t position;
    std::string_view json;
  };
  std::vector<Literal> literals;
};

// A completions answer.
struct Completion {
  std::string id;
  std::int64_t created_s = 0;  // Unix time
  std::string model;
  std::string fingerprint;
  std::vector<Choice> choices;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  enum class Usage : std::uint8_t { counted, null, absent };
  Usage usage = Usage::counted;
};

// An answer of HTTP but for its framing.
struct HttpAnswer {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string headers;  // more of them, each "name: value\r\n"
  std::string body;
  bool keep_alive = true;
};

// What a connection does, one step after the other, when an answer is not simply sent.
struct Step {
  enum class Kind : std::uint8_t {
    send,
    wait,
    hold,
    close,
    reset,
    drop,           // the whole connection, by TCP reset
    go_away,        // HTTP/2: no further request on this connection; HTTP/1.1: the last one
    stall_windows,  // HTTP/2: nothing more is taken in once the windows are used up
  };
  Kind kind = Kind::send;
  std::string bytes;  // of send
  Duration time{};    // of wait; hold lasts until the client goes or the server stops
};
using Script = std::vector<Step>;

// Status line and headers up to and including the empty line. No content-length when none is given.
[[nodiscard]] std::string head_of(const HttpAnswer& answer,
                                  std::optional<std::size_t> content_length);
void append_head(std::string& out,
                 const HttpAnswer& answer,
                 std::optional<std::size_t> content_length);

// Drops the first `count` columns; offsets begin at 0 again.
void drop_columns(Choice& choice, std::size_t count);

}  // namespace assay::teacher
