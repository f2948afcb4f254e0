#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <unistd.h>

#include "base/check.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "daemon/app.hpp"
#include "daemon/commands.hpp"
#include "daemon/demo/inbox.hpp"
#include "daemon/demo/outcome.hpp"
#include "daemon/demo/outlets.hpp"
#include "daemon/demo/screen.hpp"
#include "daemon/exit_codes.hpp"

namespace spokeswatch {

namespace {

using namespace demo;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Duration look_every = 20ms;
constexpr Duration step_limit = 5s;    // for an outlet to be read after it changed
constexpr Duration ending_limit = 8s;  // for the last notification
constexpr Duration pause_max = 3s;     // between two steps that are days apart

// A directory of its own, removed at the end.
class Workplace {
  public:
    Workplace() {
        std::string pattern = (fs::temp_directory_path() / "spokeswatch-demo-XXXXXX").string();
        check(mkdtemp(pattern.data()) != nullptr, "the demo cannot make a directory");
        path_ = pattern;
    }
    ~Workplace() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

const char* const rules_yaml = R"(
concepts:
  - name: state_visit
    terms:
      en: [state visit]
      zh: [国事访问]
      ru: [государственный визит, государственного визита, государственным визитом, государственном визите]
  - name: xi_jinping
    terms:
      en: [Xi Jinping, President Xi]
      zh: [习近平]
      ru: [Си Цзиньпин, Си Цзиньпина]
  - name: russia
    terms:
      en: [Russia, Moscow]
      zh: [俄罗斯]
      ru: [Россия, Россию, России]
rules:
  - name: xi_visits_russia
    description: Xi Jinping to travel to Russia, said by either government or the press
    severity: critical
    match:
      all: [concept: state_visit, concept: xi_jinping, concept: russia]
      none: [film festival]
    examples:
      match:
        - President Xi Jinping will pay a state visit to Russia from March 20 to 22
        - 国家主席习近平将于3月20日至22日对俄罗斯进行国事访问。
        - Председатель КНР Си Цзиньпин посетит Россию с государственным визитом.
      no_match:
        - A film festival on Xi Jinping's state visit to Russia opens in Moscow
  - name: ukraine_wording
    description: how the conflict is called, and by whom
    severity: warning
    match:
      any: [Ukraine crisis, Ukraine war, 乌克兰危机, украинский кризис]
    examples:
      match: [China's position on the Ukraine crisis is clear]
      no_match: [The crisis in the housing market deepens]
)";

std::string configuration(
    const Script& script,
    const fs::path& place,
    const std::string& base,
    std::uint16_t smtp_port,
    const std::string& secret
) {
    // The statements are years old: for the demo that is no reason to be silent.
    std::string yaml =
        "global: {poll_interval: 200ms, max_age: 2000w, timezone: Asia/Shanghai, smtp_smarthost: "
        "'127.0.0.1:" +
        std::to_string(smtp_port) +
        "', smtp_from: alerts@demo.invalid, smtp_require_tls: false}\n"
        "storage: {path: '" +
        (place / "spokeswatch.db").string() +
        "'}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n";
    for (const Outlet& outlet : script.outlets) {
        const bool channel = outlet.form == OutletForm::telegram;
        yaml += "  - {name: " + outlet.source + ", kind: " + (channel ? "telegram_web" : "feed") +
                (channel ? ", channel: " + outlet.source + ", base_url: '" + base + "'"
                         : ", url: '" + base + "/feeds/" + outlet.source + "'") +
                ", allow_private: true, labels: {org: \"" + outlet.org + "\", country: '" +
                outlet.country + "', tier: " + outlet.tier + "}}\n";
    }
    yaml += rules_yaml;
    yaml +=
        "route:\n"
        "  receiver: wording\n"
        "  routes: [{matchers: ['severity=critical'], receiver: breaking}]\n"
        "receivers:\n";
    for (const char* receiver : {"breaking", "wording"}) {
        yaml += std::string("  - name: ") + receiver + "\n    webhook_configs: [{url: '" + base +
                "/webhook', secret: '" + secret + "'}]\n    email_configs: [{to: " + receiver +
                "@demo.invalid}]\n";
        if (receiver == std::string("breaking")) {
            yaml += "    slack_configs: [{api_url: '" + base + "/slack', channel: '#breaking'}]\n";
        }
    }
    return yaml;
}

// Everything around the daemon: the press it reads, the inboxes it writes to, and the hand that
// plays the script. Lives on a thread and a loop of its own.
class World {
  public:
    World(Script script, DemoOptions options, std::string webhook_key)
        : options_(std::move(options)),
          script_(std::move(script)),
          screen_(script_.steps.size()),
          press_(script_),
          inbox_(std::move(webhook_key), [this](const Received& got) { screen_.received(got); }),
          server_(
              io_.get_executor(),
              [this](ServerRequest request) { return serve(std::move(request)); }
          ),
          smtp_(io_.get_executor(), [this](std::string mail) { inbox_.take_mail(mail); }),
          tasks_(io_.get_executor()) {
        const auto listening = server_.listen("127.0.0.1:0");
        check(listening.has_value(), "the demo cannot listen on loopback");
        base_ = "http://127.0.0.1:" + std::to_string(server_.port());
        press_.set_base(base_);
    }

    [[nodiscard]] const std::string& base() const { return base_; }
    [[nodiscard]] std::uint16_t smtp_port() const { return smtp_.port(); }
    [[nodiscard]] const Script& script() const { return script_; }

    // Runs until the script has been played and `finished` was called, then until stop().
    void run(std::function<void()> finished) {
        finished_ = std::move(finished);
        tasks_.spawn("press", server_.run());
        tasks_.spawn("mail", smtp_.run());
        tasks_.spawn("script", play());
        io_.run();
    }

    void stop() {
        boost::asio::post(io_, [this] { tasks_.cancel(); });
    }

    [[nodiscard]] Outcome outcome() const { return judge(script_, press_, inbox_); }

  private:
    awaitable<ServerResponse> serve(ServerRequest request) {
        const bool receiver = request.path == "/webhook" || request.path == "/slack";
        co_return receiver ? inbox_.answer(request) : press_.answer(request);
    }

    // Every outlet must have been read `times` since it changed.
    awaitable<bool> read_by_all(
        std::vector<std::string> outlets, std::size_t times, Duration limit
    ) {
        const auto end = clock_.steady() + limit;
        while (clock_.steady() < end) {
            const bool done = std::ranges::all_of(outlets, [&](const std::string& outlet) {
                return press_.served(outlet) >= times;
            });
            if (done) co_return true;
            co_await clock_.sleep_for(look_every);
        }
        co_return false;
    }

    [[nodiscard]] Duration pause_before(Time next, Time previous) const {
        if (options_.speed == "max") return Duration{};
        double speed = 60;
        std::from_chars(
            options_.speed.data(), options_.speed.data() + options_.speed.size(), speed
        );
        const double gap = static_cast<double>(std::max<Duration>(next - previous, 0s).count());
        return std::min<Duration>(pause_max, Duration(static_cast<std::int64_t>(gap / speed)));
    }

    void make_happen(const Step& step) {
        switch (step.kind) {
            case StepKind::publish:
                press_.publish(step.post);
                break;
            case StepKind::edit:
                press_.edit(step.outlet, step.post.id, step.post.edited_text);
                break;
            case StepKind::fail_429:
                press_.fail_once(step.outlet, 429);
                break;
            case StepKind::fail_503:
                press_.fail_once(step.outlet, 503);
                break;
        }
    }

    awaitable<void> play() {
        std::vector<std::string> outlets;
        for (const Outlet& outlet : script_.outlets) outlets.push_back(outlet.source);
        // Two reads: the second one proves that the first was stored as the silent baseline.
        const bool started = co_await read_by_all(outlets, 2, ending_limit);
        if (!started) screen_.say("the daemon did not read every outlet");
        Time previous = script_.steps.front().post.published;
        for (const Step& step : script_.steps) {
            const Time when = step.kind == StepKind::publish ? step.post.published : previous;
            co_await clock_.sleep_for(pause_before(when, previous));
            screen_.published(step, script_);
            make_happen(step);
            std::vector<std::string> changed(1, step.outlet);
            co_await read_by_all(std::move(changed), 1, step_limit);
            previous = when;
            screen_.step_done(when);
        }
        const auto end = clock_.steady() + ending_limit;
        while (clock_.steady() < end && !outcome().complete) co_await clock_.sleep_for(look_every);
        finished_();
    }

    boost::asio::io_context io_{1};
    SystemClock clock_;
    DemoOptions options_;
    Script script_;
    Screen screen_;
    Press press_;
    Inbox inbox_;
    HttpServer server_;
    SmtpServer smtp_;
    std::string base_;
    std::function<void()> finished_;
    TaskScope tasks_;
};

bool good_speed(const std::string& speed) {
    if (speed == "max") return true;
    double value = 0;
    const auto [end, failed] = std::from_chars(speed.data(), speed.data() + speed.size(), value);
    return failed == std::errc{} && end == speed.data() + speed.size() && value > 0;
}

}  // namespace

int run_demo(const CommonOptions&, const DemoOptions& options) {
    if (!good_speed(options.speed)) {
        std::cerr << "spokeswatch: --speed is a number above 0, or max\n";
        return exit_usage;
    }
    const Workplace place;
    const std::string key = random_bytes(32);
    World world(march_2023(), options, key);
    CommonOptions common;
    common.config_file = place.path() / "spokeswatch.yml";
    std::ofstream(common.config_file) << configuration(
        world.script(), place.path(), world.base(), world.smtp_port(), "whsec_" + base64(key)
    );
    fs::permissions(common.config_file, fs::perms::owner_read | fs::perms::owner_write);
    std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_software;
    auto database = Database::open(snapshot->config.storage.path);
    if (!database) {
        std::cerr << "spokeswatch: " << database.error().message << '\n';
        return exit_io;
    }
    std::cout
        << "A real daemon on this machine, a press that repeats 17 to 22 March 2023, and a desk "
           "that is told by webhook, Slack and mail.\n"
        << std::flush;

    AppOptions app_options;
    app_options.config_file = common.config_file;
    App app(std::move(app_options), std::move(snapshot), std::move(*database));
    std::atomic<bool> played = false;
    std::thread world_thread;
    app.on_started([&] {
        world_thread = std::thread([&] {
            world.run([&] {
                played = true;
                boost::asio::post(app.io(), [&] { app.stop(exit_ok); });
            });
        });
    });
    const int code = app.run();
    world.stop();
    if (world_thread.joinable()) world_thread.join();
    if (code != exit_ok || !played) return code;

    const Outcome outcome = world.outcome();
    std::cout << outcome.text;
    return outcome.complete && outcome.problems == 0 ? exit_ok : exit_no;
}

}  // namespace spokeswatch
