#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "net/http_client.hpp"

namespace spokeswatch::testing {

// Answers in the order they were queued and keeps what was asked. An empty queue is an error of
// kind network.
class FakeHttp : public HttpClient {
  public:
    awaitable<Result<HttpResponse>> send(HttpRequest request) override {
        requests.push_back(std::move(request));
        if (answers.empty()) co_return Error{ErrorKind::network, "no answer is queued"};
        Result<HttpResponse> answer = std::move(answers.front());
        answers.pop_front();
        if (answer && answer->url.empty()) answer->url = requests.back().url;
        co_return answer;
    }

    void answer(int status, std::string body, Headers headers = {}) {
        HttpResponse response;
        response.status = status;
        response.body = std::move(body);
        response.headers = std::move(headers);
        answers.emplace_back(std::move(response));
    }
    void fail(Error error) { answers.emplace_back(std::move(error)); }

    std::deque<Result<HttpResponse>> answers;
    std::vector<HttpRequest> requests;
};

}  // namespace spokeswatch::testing
