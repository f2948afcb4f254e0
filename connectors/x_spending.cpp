#include "connectors/x_spending.hpp"

#include <algorithm>
#include <sstream>

namespace spokeswatch {

namespace {

constexpr std::int64_t post_mills = 5;
constexpr std::int64_t user_mills = 10;
constexpr std::int64_t dollar_mills = 1000;
constexpr std::size_t charged_max = 200;
constexpr std::chrono::hours estimate_after{24};

std::string dollars(std::int64_t mills) {
    std::int64_t cents = (mills + 9) / 10;
    std::string rest = std::to_string(cents % 100);
    return "$" + std::to_string(cents / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

void XSpending::resume(const std::string& written, Time now) {
    XSpending known;
    std::istringstream in(written);
    in >> known.month_ >> known.posts_ >> known.users_ >> known.since_ >> known.day_;
    for (std::string id; in >> id;) known.charged_.insert(std::move(id));
    begin_month(now);
    if (known.month_ == month_ && known.mills() > mills()) *this = std::move(known);
}

std::string XSpending::written() const {
    std::string text = month_ + " " + std::to_string(posts_) + " " + std::to_string(users_) + " " +
                       since_ + " " + (day_.empty() ? "-" : day_);
    for (const std::string& id : charged_) text += " " + id;
    return text;
}

void XSpending::begin_month(Time now) {
    std::string month = format_time(now).substr(0, 7);
    if (month == month_) return;
    bool went_on = !month_.empty();
    *this = XSpending();
    month_ = month;
    since_ = went_on ? month + "-01T00:00:00Z" : format_time(now);
}

void XSpending::read_post(const std::string& id, Time now) {
    begin_month(now);
    std::string day = format_time(now).substr(0, 10);
    if (day != day_) charged_.clear();
    day_ = std::move(day);
    if (!charged_.insert(id).second) return;
    ++posts_;
    if (charged_.size() > charged_max) charged_.erase(charged_.begin());
}

void XSpending::read_user(Time now) {
    begin_month(now);
    ++users_;
}

std::int64_t XSpending::mills() const { return posts_ * post_mills + users_ * user_mills; }

std::size_t XSpending::posts_left(std::int64_t budget_usd) const {
    return static_cast<std::size_t>(
        std::max<std::int64_t>(0, (budget_usd * dollar_mills - mills()) / post_mills)
    );
}

std::string XSpending::in_words(Time now) const {
    std::string words = "about " + dollars(mills()) + " spent on reads this month";
    auto since = parse_time(since_);
    if (!since || now - *since < estimate_after) return words;
    auto month = next_month(now) - *parse_time(month_ + "-01T00:00:00Z");
    auto share = std::chrono::duration<double>(month) / std::chrono::duration<double>(now - *since);
    auto whole = static_cast<std::int64_t>(static_cast<double>(mills()) * share);
    return words + ", about " + dollars(whole) + " a month at this rate";
}

Time next_month(Time now) {
    std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
    auto next = day.year() / day.month() / 1 + std::chrono::months(1);
    return std::chrono::sys_days(next);
}

}  // namespace spokeswatch
