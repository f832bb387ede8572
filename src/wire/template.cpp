#include "wire/template.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace assay::wire {
namespace {

enum class Speaker : std::uint8_t { system, user, assistant };

struct Turn {
  Speaker speaker;
  std::string_view text;
};

// A conversation as a template sees it: the system text apart from the turns.
struct Conversation {
  std::optional<std::string_view> system;
  std::vector<Turn> turns;
};

std::unexpected<Failure> invalid(std::string_view reason) {
  return std::unexpected(make_failure(FailureClass::invalid_input, reason));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::optional<Speaker> speaker_of(const Template& form, std::string_view role) {
  if (role == "system") return Speaker::system;
  if (role == "user" || form.plain) return Speaker::user;
  if (role == "assistant") return Speaker::assistant;
  return std::nullopt;
}

std::expected<Conversation, Failure> conversation_of(const Template& form,
                                                     std::string_view system_prompt,
                                                     const Sample& sample) {
  Conversation talk;
  const auto text = [&](std::string_view raw) { return form.trims_text ? trimmed(raw) : raw; };
  if (sample.messages.empty()) talk.turns.push_back({Speaker::user, text(sample.prompt)});
  for (std::size_t i = 0; i < sample.messages.size(); ++i) {
    const Message& message = sample.messages[i];
    const auto speaker = speaker_of(form, message.role);
    if (!speaker) {
      return invalid(
          fmt::format("messages[{}].role is \"{}\", which template {} does not know; use "
                      "system, user or assistant",
                      i,
                      message.role,
                      form.name));
    }
    if (*speaker != Speaker::system) {
      talk.turns.push_back({*speaker, text(message.content)});
    } else if (i == 0) {
      talk.system = text(message.content);
    } else if (form.plain) {
      talk.turns.push_back({Speaker::user, text(message.content)});
    } else {
      return invalid(fmt::format("messages[{}] is a system message; it must be the first", i));
    }
  }
  if (!system_prompt.empty()) talk.system = text(system_prompt);
  return talk;
}

std::optional<Failure> disorder(const Template& form, const Conversation& talk) {
  const auto wrong = [](std::string_view reason) {
    return make_failure(FailureClass::invalid_input, reason);
  };
  if (form.system_place == SystemPlace::nowhere && talk.system) {
    return wrong(
        fmt::format("template {} has no place for a system prompt; leave it out", form.name));
  }
  if (form.plain) return std::nullopt;
  if (talk.turns.empty() || talk.turns.back().speaker != Speaker::user) {
    return wrong("the last message before the response must be the user's");
  }
  for (std::size_t i = 0; form.alternates && i < talk.turns.size(); ++i) {
    if (talk.turns[i].speaker == (i % 2 == 0 ? Speaker::user : Speaker::assistant)) continue;
    return wrong(
        fmt::format("template {} needs user and assistant to take turns, the user first; "
                    "turn {} does not",
                    form.name,
                    i));
  }
  return std::nullopt;
}

// Writes turn after turn, with `between` where two meet.
class Writer {
 public:
  Writer(const Template& form, std::string& out) : form_(form), out_(out) {}

  // Text of the template itself, in which {date} is the pinned date.
  void fixed(std::string_view text, std::string_view date) {
    constexpr std::string_view place = "{date}";
    const std::size_t at = text.find(place);
    out_ += text.substr(0, at);
    if (at == std::string_view::npos) return;
    out_ += date;
    out_ += text.substr(at + place.size());
  }

  void system_block(std::optional<std::string_view> text, std::string_view date) {
    if (!text && form_.system_preamble.empty()) return;
    begin();
    out_ += form_.system_prefix;
    fixed(form_.system_preamble, date);
    out_ += text.value_or("");
    out_ += form_.system_suffix;
  }

  // `lead` stands before the text, joined by an empty line.
  void turn(const Turn& turn, std::optional<std::string_view> lead) {
    const bool user = turn.speaker == Speaker::user;
    begin();
    out_ += user ? form_.user_prefix : form_.assistant_prefix;
    if (lead) (out_ += *lead) += "\n\n";
    out_ += turn.text;
    out_ += user ? form_.user_suffix : form_.assistant_suffix;
  }

 private:
  void begin() {
    if (std::exchange(begun_, true)) out_ += form_.between;
  }
  const Template& form_;
  std::string& out_;
  bool begun_ = false;
};

// The text that ends the turn, for a response that ended by itself; nothing for one that was cut.
std::expected<std::string_view, Failure> end_of_turn(const Template& form, const Sample& sample) {
  static constexpr std::array<std::string_view, 6> ended{
      "stop", "eos", "eos_token", "end_turn", "stop_sequence", "STOP"};
  static constexpr std::array<std::string_view, 4> cut{
      "length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded"};
  if (form.end_of_turn.empty()) {
    return invalid(fmt::format("template {} has no end of turn to score; set end_of_turn: left_out",
                               form.name));
  }
  if (std::ranges::find(ended, sample.finish_reason) != ended.end()) return form.end_of_turn;
  if (std::ranges::find(cut, sample.finish_reason) != cut.end()) return std::string_view();
  if (sample.finish_reason.empty()) {
    return invalid(
        "finish_reason is missing: whether the response ended is not known; add it "
        "(stop or length) or set end_of_turn: left_out");
  }
  return invalid(
      fmt::format("finish_reason is \"{}\", which says neither that the response ended nor that it "
                  "was cut; write stop or length",
                  sample.finish_reason));
}

std::size_t lead_turn(const Template& form, const Conversation& talk) {
  std::size_t found = talk.turns.size();
  if (form.system_place == SystemPlace::block) return found;
  for (std::size_t i = 0; i < talk.turns.size(); ++i) {
    if (talk.turns[i].speaker != Speaker::user) continue;
    found = i;
    if (form.system_place == SystemPlace::first_user) break;
  }
  return found;
}

}  // namespace

std::string_view bos_at(std::string_view text) {
  // Of models without a template here: GPT-2 and its heirs, Yi, LFM.
  constexpr std::array<std::string_view, 2> others{"<|endoftext|>", "<|startoftext|>"};
  for (const Template& form : templates()) {
    if (!form.bos.empty() && text.starts_with(form.bos)) return text.substr(0, form.bos.size());
  }
  const auto other =
      std::ranges::find_if(others, [text](std::string_view bos) { return text.starts_with(bos); });
  return other == others.end() ? std::string_view() : text.substr(0, other->size());
}

std::expected<std::string, Failure> render_context(const Template& form,
                                                   std::string_view system_prompt,
                                                   const Sample& sample,
                                                   const RenderOptions& options) {
  auto talk = conversation_of(form, system_prompt, sample);
  if (!talk) return std::unexpected(std::move(talk.error()));
  if (auto failure = disorder(form, *talk)) return std::unexpected(*std::move(failure));
  if (!talk->system && form.system_default) talk->system = *form.system_default;

  std::string context;
  context += form.bos;
  Writer writer(form, context);
  const std::string& date = options.date.empty() ? form.date_default : options.date;
  if (date.empty() && (form.head + form.system_preamble).contains("{date}")) {
    return invalid(fmt::format("template {} writes the current date; pin one", form.name));
  }
  writer.fixed(form.head, date);
  if (form.system_place == SystemPlace::block) writer.system_block(talk->system, date);
  const std::size_t lead = lead_turn(form, *talk);
  for (std::size_t i = 0; i < talk->turns.size(); ++i) {
    writer.turn(talk->turns[i], i == lead ? talk->system : std::nullopt);
  }
  context += form.opening;
  if (!is_utf8(context)) return invalid("the prompt is not UTF-8; re-encode the data set");
  if (!form.bos.empty() && context.substr(form.bos.size()).starts_with(form.bos)) {
    return invalid(fmt::format(
        "the prompt begins with {}, which template {} writes: leave it out", form.bos, form.name));
  }
  if (context.empty()) {
    return invalid("the context is empty: no server scores a text's first token; give a prompt");
  }
  return context;
}

std::expected<Rendered, Failure> render(const Template& form,
                                        std::string_view system_prompt,
                                        const Sample& sample,
                                        const RenderOptions& options) {
  if (sample.response.empty()) return invalid("the response is empty: there is nothing to score");
  if (!is_utf8(sample.response))
    return invalid("the response is not UTF-8; re-encode the data set");
  auto context = render_context(form, system_prompt, sample, options);
  if (!context) return std::unexpected(std::move(context.error()));
  std::string_view end;
  if (options.end_of_turn == EndOfTurn::scored) {
    const auto found = end_of_turn(form, sample);
    if (!found) return std::unexpected(found.error());
    end = *found;
  }
  Rendered rendered{.text = {}, .boundary = context->size(), .bos_bytes = form.bos.size()};
  // Into memory of its very size: it stays as long as the item is in flight, and a text that grew
  // by doubling holds up to twice as much.
  rendered.text.reserve(context->size() + sample.response.size() + end.size());
  rendered.text.append(*context).append(sample.response).append(end);
  return rendered;
}

std::expected<Rendered, Failure> render(std::string_view template_name,
                                        std::string_view system_prompt,
                                        const Sample& sample,
                                        const RenderOptions& options) {
  if (const Template* form = find_template(template_name)) {
    return render(*form, system_prompt, sample, options);
  }
  return invalid(fmt::format("there is no template \"{}\"", template_name));
}

const Template* find_template(std::string_view name) {
  for (const Template& form : templates()) {
    if (form.name == name) return &form;
  }
  return nullptr;
}

}  // namespace assay::wire
