#include "daemon/demo/script.hpp"

#include <utility>

#include "base/check.hpp"

namespace spokeswatch::demo {

namespace {

Time at(const char* text) {
    const auto time = parse_time(text);
    check(time.has_value(), "a time of the demo");
    return *time;
}

Step publish(
    const char* outlet,
    const char* id,
    const char* when,
    const char* title,
    const char* text,
    std::vector<std::string> rules = {}
) {
    Step step;
    step.outlet = outlet;
    step.post.outlet = outlet;
    step.post.id = id;
    step.post.published = at(when);
    step.post.title = title;
    step.post.text = text;
    step.rules = std::move(rules);
    return step;
}

Step fault(StepKind kind, const char* outlet) {
    Step step;
    step.kind = kind;
    step.outlet = outlet;
    return step;
}

std::vector<Outlet> outlets() {
    return {
        {"mfa_china",
         OutletForm::telegram,
         "MFA China",
         "CN",
         "official",
         "en",
         "MFA Spokesperson"},
        {"xinhua", OutletForm::rss, "Xinhua", "CN", "state_media", "en", "Xinhua World"},
        {"peoples_daily",
         OutletForm::rss_gb18030,
         "People's Daily",
         "CN",
         "state_media",
         "zh",
         "人民网"},
        {"kremlin", OutletForm::atom, "Kremlin", "RU", "official", "ru", "Президент России"},
        {"wire", OutletForm::json_feed, "Reuters", "GB", "media", "en", "World news"},
        {"cnbc", OutletForm::rss, "CNBC", "US", "media", "en", "CNBC Politics"},
    };
}

std::vector<Post> old_posts() {
    return {
        publish(
            "mfa_china",
            "98",
            "2022-12-07T03:00:00Z",
            "",
            "President Xi Jinping will pay a state visit to Saudi Arabia from December 7 to 10."
        )
            .post,
        publish(
            "mfa_china",
            "99",
            "2023-03-16T08:00:00Z",
            "",
            "Regular press conference at 3 p.m. Questions on the Ukraine crisis were answered."
        )
            .post,
        publish(
            "xinhua",
            "x1",
            "2023-03-16T09:00:00Z",
            "Spring farming begins in the north",
            "Fields are being prepared across the northern provinces."
        )
            .post,
        publish(
            "peoples_daily",
            "c1-1",
            "2023-03-16T09:30:00Z",
            "春耕备耕有序展开",
            "各地春耕备耕有序展开。"
        )
            .post,
        publish(
            "kremlin",
            "70740",
            "2023-03-16T12:00:00Z",
            "Совещание с членами Правительства",
            "Президент провёл совещание с членами Правительства."
        )
            .post,
        publish(
            "wire",
            "w1",
            "2023-03-16T13:00:00Z",
            "Markets steady after a volatile week",
            "Shares were little changed."
        )
            .post,
        publish(
            "cnbc",
            "1001",
            "2023-03-16T14:00:00Z",
            "Central banks meet next week",
            "Three rate decisions are due."
        )
            .post,
    };
}

// The announcement and the first hours after it.
void seventeenth(std::vector<Step>& steps) {
    steps.push_back(publish(
        "mfa_china",
        "101",
        "2023-03-17T07:00:09Z",
        "",
        "At the invitation of President Vladimir Putin, President Xi Jinping will pay a state "
        "visit "
        "to Russia from March 20 to 22.",
        {"xi_visits_russia"}
    ));
    steps.push_back(publish(
        "peoples_daily",
        "c1-2",
        "2023-03-17T07:02:00Z",
        "习近平将对俄罗斯进行国事访问",
        "应俄罗斯联邦总统普京邀请，国家主席习近平将于3月20日至22日对俄罗斯进行国事访问。",
        {"xi_visits_russia"}
    ));
    steps.push_back(fault(StepKind::fail_503, "cnbc"));
    steps.push_back(publish(
        "kremlin",
        "70750",
        "2023-03-17T08:12:00Z",
        "О государственном визите Си Цзиньпина",
        "20–22 марта Председатель КНР Си Цзиньпин посетит Россию с государственным визитом.",
        {"xi_visits_russia"}
    ));
    // Says the same without the words: no rule names it.
    steps.push_back(publish(
        "wire",
        "w2",
        "2023-03-17T08:20:00Z",
        "China's leader to meet Putin in Moscow next week",
        "The two leaders will hold talks, both sides said."
    ));
    steps.push_back(publish(
        "mfa_china",
        "102",
        "2023-03-17T08:45:00Z",
        "",
        "China will uphold an objective and fair position on the Ukraine crisis and play a "
        "constructive role in promoting talks for peace.",
        {"ukraine_wording"}
    ));
    // A film about a state visit is none.
    steps.push_back(publish(
        "mfa_china",
        "103",
        "2023-03-17T09:10:00Z",
        "",
        "A film festival on President Xi Jinping's state visit to Russia opens in Beijing."
    ));
}

void days_after(std::vector<Step>& steps) {
    steps.push_back(fault(StepKind::fail_429, "xinhua"));
    steps.push_back(publish(
        "xinhua",
        "x2",
        "2023-03-18T02:30:00Z",
        "China calls for a political settlement",
        "A political settlement of the Ukraine crisis serves everyone, the spokesperson said.",
        {"ukraine_wording"}
    ));
    steps.push_back(publish(
        "mfa_china", "104", "2023-03-20T10:05:00Z", "", "President Xi Jinping arrived in Moscow."
    ));
    Step edit;
    edit.kind = StepKind::edit;
    edit.outlet = "mfa_china";
    edit.post.id = "104";
    edit.post.edited_text = "President Xi Jinping arrived in Moscow for his state visit to Russia.";
    edit.rules.emplace_back("xi_visits_russia");
    steps.push_back(std::move(edit));
    // The feed's clock is nine years ahead.
    Step future = publish(
        "wire",
        "w3",
        "2023-03-21T16:40:00Z",
        "Joint statement after the talks",
        "The statement devotes a section to the Ukraine crisis.",
        {"ukraine_wording"}
    );
    future.post.shown_date = "2032-03-21T16:40:00Z";
    steps.push_back(std::move(future));
    // Two outlets carry one text: one alert, grown by a second voice.
    const char* same =
        "Chinese President Xi Jinping left Moscow on Wednesday after a three-day state visit to "
        "Russia, his first trip abroad since his re-election.";
    Step first = publish(
        "xinhua", "x3", "2023-03-22T07:10:00Z", "Xi leaves Moscow", same, {"xi_visits_russia"}
    );
    first.story = "departure";
    steps.push_back(std::move(first));
    Step second = publish(
        "cnbc", "1002", "2023-03-22T07:40:00Z", "Xi leaves Moscow", same, {"xi_visits_russia"}
    );
    second.story = "departure";
    steps.push_back(std::move(second));
}

}  // namespace

Script march_2023() {
    Script script;
    script.critical_rule = "xi_visits_russia";
    script.outlets = outlets();
    script.before = old_posts();
    seventeenth(script.steps);
    days_after(script.steps);
    return script;
}

}  // namespace spokeswatch::demo
