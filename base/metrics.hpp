#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace spokeswatch {

// Prometheus metrics of the process. Names and help texts stand in one table in metrics.cpp; a
// name that is not in it aborts. Label values come from bounded sets (source, kind, receiver, rule,
// error kind), never from statements. Safe to call from any thread.
class Metrics {
  public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void add(std::string_view counter, const Labels& labels = {}, double amount = 1);
    void set(std::string_view gauge, const Labels& labels, double value);
    void observe(std::string_view histogram, const Labels& labels, double seconds);
    // Drops every series whose label `label` has this value: a source or receiver was removed.
    void remove(const std::string& label, const std::string& value);

    // Text exposition format 0.0.4.
    [[nodiscard]] std::string expose() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
