#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/time.hpp"
#include "connectors/id_order.hpp"

// What reading X costs: it charges for every post and user that it returns, a post once in a day of
// UTC (docs.x.com/x-api, pay-per-use). An estimate: X alone knows the bill.

namespace spokeswatch {

class XSpending {
  public:
    // Goes on from what written() gave, unless this object knows of more in the same month.
    void resume(const std::string& written, Time now);
    [[nodiscard]] std::string written() const;

    void read_post(const std::string& id, Time now);
    void read_user(Time now);

    // Posts that a monthly budget still pays for.
    [[nodiscard]] std::size_t posts_left(std::int64_t budget_usd) const;
    // "about $0.35 spent on reads this month, about $1.20 a month at this rate".
    [[nodiscard]] std::string in_words(Time now) const;

  private:
    void begin_month(Time now);
    [[nodiscard]] std::int64_t mills() const;  // thousandths of a dollar

    std::string month_;       // "2026-11"
    std::int64_t posts_ = 0;  // of this month
    std::int64_t users_ = 0;
    std::string since_;  // when counting began, RFC 3339
    std::string day_;    // of `charged_`
    std::set<std::string, IdLess> charged_;
};

// The first moment of the next month in UTC.
Time next_month(Time now);

}  // namespace spokeswatch
