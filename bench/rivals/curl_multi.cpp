// libcurl's multi interface and simdjson On-Demand: what a careful C++ programmer writes in a day.
// Each answer's echo is compared with the posted text, each log-prob read, their sum formed;
// nothing is written anywhere.
//
//   rival_curl_multi URL KEY_VARIABLE CA_FILE BODIES CONCURRENCY ANSWERS
//
// BODIES holds one request body per line. Prints the number of good answers.

#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <curl/curl.h>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Task {
  std::string body;    // posted
  std::string prompt;  // what the echo must begin with
};

struct Slot {
  CURL* handle = nullptr;
  std::string answer;
  const Task* task = nullptr;
};

std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<Slot*>(to)->answer.append(bytes, size * count);
  return size * count;
}

std::vector<Task> read_tasks(const char* path, simdjson::ondemand::parser& parser) {
  std::vector<Task> tasks;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const simdjson::padded_string text(line);
    auto document = parser.iterate(text);
    const std::string_view prompt = document["prompt"].get_string();
    tasks.push_back({line, std::string(prompt)});
  }
  return tasks;
}

// Whether the echo is the posted text and every log-prob but the first is a number.
bool verify(simdjson::ondemand::parser& parser, Slot& slot, double& sum) {
  slot.answer.reserve(slot.answer.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  if (parser.iterate(slot.answer).get(document) != simdjson::SUCCESS) return false;
  simdjson::ondemand::array choices;
  if (document["choices"].get_array().get(choices) != simdjson::SUCCESS) return false;
  for (auto choice : choices) {
    simdjson::ondemand::object logprobs;
    if (choice["logprobs"].get_object().get(logprobs) != simdjson::SUCCESS) return false;
    std::string_view rest = slot.task->prompt;
    for (auto token : logprobs["tokens"].get_array()) {
      const std::string_view text = token.get_string();
      const std::size_t length = std::min(text.size(), rest.size());
      if (text.substr(0, length) != rest.substr(0, length)) return false;
      rest.remove_prefix(length);
    }
    if (!rest.empty()) return false;
    for (auto value : logprobs["token_logprobs"].get_array()) {
      if (value.is_null()) continue;
      sum += value.get_double();
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return std::fprintf(stderr, "see the top of curl_multi.cpp\n"), 2;
  const std::string url = std::string(argv[1]) + "/completions";
  const std::string key = std::string("Authorization: Bearer ") + std::getenv(argv[2]);
  const auto concurrency = static_cast<std::size_t>(std::atol(argv[5]));
  const auto answers = static_cast<std::size_t>(std::atol(argv[6]));
  simdjson::ondemand::parser parser;
  const std::vector<Task> tasks = read_tasks(argv[4], parser);

  curl_slist* headers = curl_slist_append(nullptr, key.c_str());
  headers = curl_slist_append(headers, "Content-Type: application/json");
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(concurrency));
  std::vector<std::unique_ptr<Slot>> slots;
  std::size_t sent = 0;
  const auto post = [&](Slot& slot) {
    slot.task = &tasks[sent++ % tasks.size()];
    slot.answer.clear();
    curl_easy_setopt(slot.handle, CURLOPT_POSTFIELDS, slot.task->body.c_str());
    curl_easy_setopt(slot.handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(slot.task->body.size()));
    curl_multi_add_handle(multi, slot.handle);
  };
  while (slots.size() < concurrency && sent < answers) {
    Slot& slot = *slots.emplace_back(std::make_unique<Slot>());
    slot.handle = curl_easy_init();
    curl_easy_setopt(slot.handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(slot.handle, CURLOPT_CAINFO, argv[3]);
    curl_easy_setopt(slot.handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(slot.handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(slot.handle, CURLOPT_BUFFERSIZE, 65536L);
    curl_easy_setopt(slot.handle, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(slot.handle, CURLOPT_WRITEDATA, &slot);
    curl_easy_setopt(slot.handle, CURLOPT_PRIVATE, &slot);
    post(slot);
  }
  std::size_t good = 0;
  double sum = 0;
  for (int running = 1; running > 0;) {
    curl_multi_perform(multi, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Slot* slot = nullptr;
      long status = 0;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
      curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
      if (message->data.result == CURLE_OK && status == 200 && verify(parser, *slot, sum)) ++good;
      curl_multi_remove_handle(multi, slot->handle);
      if (sent < answers) post(*slot), running = 1;
    }
    if (running > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  std::printf("%zu\n", good);
  std::fprintf(stderr, "sum %.17g\n", sum);
  for (const auto& slot : slots) curl_easy_cleanup(slot->handle);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
}
