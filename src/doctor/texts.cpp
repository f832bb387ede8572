#include "doctor/texts.hpp"

#include "core/rng.hpp"

#include <array>

namespace assay::doctor {
namespace {

constexpr std::array<PlainText, 8> plain{{
    {"The harbour lies to the south of the town.\n",
     "Ships come in on the evening tide and leave before the sun is high."},
    {"Question: What is the capital of France?\nAnswer:", " Paris, on the river Seine."},
    {"Write a short poem about rain.\n\n",
     "Rain on the roof,\nrain on the stone,\nrain on the road\nthat leads me home."},
    {"def area(width, height):\n    ", "return width * height  # in square metres\n"},
    {"Les \xc3\xa9l\xc3\xa8ves lisent \xe2\x80\x9cLe Petit Prince\xe2\x80\x9d.\n",
     "Puis ils \xc3\xa9"
     "crivent \xc3\xa0 leurs amis, \xc3\xa0 No\xc3\xabl d\xc3\xa9j\xc3\xa0."},
    {"Invoice 2024-117, total 1,384.50 EUR, due in 30 days. ",
     "Please pay 1,384.50 EUR to account 88 200 417 by 14 June."},
    {"He said it twice. He said it twice. ", "He said it twice. Then he said it a third time."},
    {"{\"name\": \"Ada\", \"born\": 1815, \"fields\": [", "\"mathematics\", \"computing\"]}"},
}};

constexpr std::array<AwkwardText, 10> awkward{{
    {"emoji",
     "Well done \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac\xf0\x9f\x8f\xbd, she wrote "
     "\xe2\x9d\xa4\xef\xb8\x8f."},
    {"combining marks",
     "Cafe\xcc\x81 and Caf\xc3\xa9, A\xcc\x8angstro\xcc\x88m and \xef\xac\x81ne."},
    {"CRLF", "First line.\r\nSecond line.\r\n\r\nFourth line.\r\n"},
    {"spaces", "  two before,  two between, tab\there, two behind  "},
    {"control characters", "bell \x07, escape \x1b[0m, delete \x7f."},
    {"special tokens",
     "Plain text: <|endoftext|> <|im_start|>user <s> </s> [INST] <|eot_id|> <bos>, all of it."},
    {"scripts",
     "\xe4\xbd\xa0\xe5\xa5\xbd, \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d, "
     "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, "
     "\xe0\xa4\xa8\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5\x87."},
    {"byte order mark",
     "\xef\xbb\xbf"
     "A byte order mark first, then \xe2\x80\xa8 a line separator."},
    {"replacement character", "Someone read this wrongly before: caf\xef\xbf\xbd.", true},
    {"quotes and escapes", "She said: \"C:\\temp\\n is no \\u0041\"; 'yes' & <no> \"top_p\":0.5,"},
}};

constexpr std::array<std::string_view, 4> context_table{
    "The password is: blue heron, iron gate, seven bells\nThe password is: blue heron, iron gate, "
    "seven bells\nThe password is:",
    "The price of tin fell again on Monday, and the price of copper with it:",
    "In the beginning there was a very small garden, and in it a table:",
    "SELECT name FROM customers WHERE city IN (SELECT city FROM offices):"};

constexpr std::array<std::string_view, 12> words{"the",
                                                 "river",
                                                 "stone",
                                                 "green",
                                                 "under",
                                                 "table",
                                                 "slowly",
                                                 "seven",
                                                 "again",
                                                 "window",
                                                 "copper",
                                                 "morning"};

}  // namespace

std::string PlainText::whole() const {
  return std::string(context) + std::string(response);
}

std::span<const PlainText> plain_texts() {
  return plain;
}

std::span<const AwkwardText> awkward_texts() {
  return awkward;
}

std::span<const std::string_view> contexts() {
  return context_table;
}

std::string long_text(std::string_view head, std::size_t bytes) {
  Rng rng(1);
  std::string text(head);
  text += '\n';
  while (text.size() < bytes) {
    text += words[static_cast<std::size_t>(rng.below(words.size()))];
    text += rng.below(9) == 0 ? ".\n" : " ";
  }
  return text;
}

}  // namespace assay::doctor
