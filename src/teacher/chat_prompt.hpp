#pragma once

#include "teacher/request_fields.hpp"

namespace assay::teacher {

// [{"role":"user","content":"..."}], the content a string or blocks of text, into request.turns.
[[nodiscard]] Verdict read_messages(const Element& value, FieldContext& context);
// A string, or blocks [{"type":"text","text":"..."}] (Gemini: [{"text":"..."}]), appended to `out`.
[[nodiscard]] Verdict read_blocks(const Element& value, std::string& out);

// Renders system and turns as ChatML up to the assistant's turn, which is the model's to write:
// the one prompt of the request.
void render_chat(CompletionRequest& request, const Vocabulary& vocabulary);

}  // namespace assay::teacher
