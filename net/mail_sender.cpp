#include "net/mail_sender.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <deque>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <curl/curl.h>

#include "base/check.hpp"
#include "base/log.hpp"
#include "net/address_rule.hpp"
#include "net/async_event.hpp"
#include "net/mail_dialogue.hpp"
#include "net/resolver.hpp"

namespace spokeswatch {

namespace {

using std::chrono::steady_clock;

constexpr int messages_per_relay_max = 2;
constexpr int poll_ms_max = 1000;
// The message is accepted by then: a server that does not answer QUIT is left.
constexpr std::chrono::seconds farewell_max{2};

struct EasyDelete {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDelete {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One message on its way. Made on the I/O thread, then the mail thread's until it is done.
struct Job {
    Job(boost::asio::any_io_executor executor, MailRequest r)
        : request(std::move(r)), finished(std::move(executor)) {}

    MailRequest request;
    MailResult result;
    std::atomic<bool> cancelled = false;

    std::unique_ptr<CURL, EasyDelete> easy;
    std::unique_ptr<curl_slist, ListDelete> recipients;
    std::array<char, CURL_ERROR_SIZE> error_text{};
    MailDialogue dialogue;
    std::size_t uploaded = 0;
    std::string refused_address;

    // Of the I/O thread.
    AsyncEvent finished;
    bool done = false;
};

// The callbacks of libcurl. `own` is the Job.
std::size_t on_reply(char* data, std::size_t size, std::size_t count, void* own) {
    auto& job = *static_cast<Job*>(own);
    return job.dialogue.take_reply(std::string_view(data, size * count)) ? size * count : 0;
}

int on_debug(CURL*, curl_infotype kind, char* data, std::size_t size, void* own) {
    if (kind == CURLINFO_HEADER_OUT) {
        static_cast<Job*>(own)->dialogue.take_command(std::string_view(data, size));
    }
    return 0;
}

std::size_t on_upload(char* out, std::size_t size, std::size_t count, void* own) {
    auto& job = *static_cast<Job*>(own);
    const std::string& message = job.request.message;
    const std::size_t bytes = std::min(size * count, message.size() - job.uploaded);
    message.copy(out, bytes, job.uploaded);
    job.uploaded += bytes;
    if (job.uploaded == message.size()) job.result.body_sent = true;
    return bytes;
}

int on_progress(void* own, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& job = *static_cast<Job*>(own);
    if (job.cancelled) return 1;
    const auto ended = job.dialogue.ended_at();
    return ended && steady_clock::now() - *ended > farewell_max ? 1 : 0;
}

curl_socket_t on_socket(void* own, curlsocktype, curl_sockaddr* address) {
    auto& job = *static_cast<Job*>(own);
    const auto ip = to_address(&address->addr);
    const std::string what = ip ? refused_as(*ip, AddressRule::any_but_metadata) : "unknown";
    if (!what.empty()) {
        if (ip) job.refused_address = ip->to_string() + " is " + what;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
    check(curl_easy_setopt(handle, option, value) == CURLE_OK, "a libcurl option was refused");
}

std::string relay_url(const MailRequest& request) {
    const bool v6 = request.host.find(':') != std::string::npos;
    return (request.tls == MailTls::implicit ? "smtps://" : "smtp://") +
           (v6 ? "[" + request.host + "]" : request.host) + ":" + std::to_string(request.port) +
           "/" + request.hello;
}

void set_tls(CURL* handle, const MailRequest& request) {
    long use = CURLUSESSL_ALL;
    if (request.tls == MailTls::starttls_if_offered) use = CURLUSESSL_TRY;
    if (request.tls == MailTls::none) use = CURLUSESSL_NONE;
    set(handle, CURLOPT_USE_SSL, use);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!request.ca_file.empty()) set(handle, CURLOPT_CAINFO, request.ca_file.c_str());
    set(handle, CURLOPT_SSL_VERIFYPEER, request.verify ? 1L : 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, request.verify ? 2L : 0L);
}

void set_callbacks(CURL* handle, Job& job) {
    set(handle, CURLOPT_HEADERFUNCTION, &on_reply);
    set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&job));
    set(handle, CURLOPT_READFUNCTION, &on_upload);
    set(handle, CURLOPT_READDATA, static_cast<void*>(&job));
    set(handle, CURLOPT_DEBUGFUNCTION, &on_debug);
    set(handle, CURLOPT_DEBUGDATA, static_cast<void*>(&job));
    set(handle, CURLOPT_VERBOSE, 1L);  // without it the commands are not shown to on_debug
    set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(handle, CURLOPT_XFERINFODATA, static_cast<void*>(&job));
    set(handle, CURLOPT_NOPROGRESS, 0L);
    set(handle, CURLOPT_OPENSOCKETFUNCTION, &on_socket);
    set(handle, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&job));
    set(handle, CURLOPT_ERRORBUFFER, job.error_text.data());
    set(handle, CURLOPT_PRIVATE, static_cast<void*>(&job));
}

void set_up(Job& job) {
    const MailRequest& request = job.request;
    job.easy.reset(curl_easy_init());
    check(job.easy != nullptr, "libcurl gave no handle");
    CURL* handle = job.easy.get();
    set_callbacks(handle, job);
    set_tls(handle, request);
    const std::string url = relay_url(request);
    set(handle, CURLOPT_URL, url.c_str());
    set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(handle, CURLOPT_PROXY, "");  // not even the environment's
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_QUICK_EXIT, 1L);
    set(handle, CURLOPT_FORBID_REUSE, 1L);
    set(handle, CURLOPT_FRESH_CONNECT, 1L);
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.whole_timeout.count()));
    const auto whole = std::chrono::ceil<std::chrono::seconds>(request.whole_timeout);
    set(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(whole.count()));
    if (!request.username.empty()) {
        set(handle, CURLOPT_USERNAME, request.username.c_str());
        set(handle, CURLOPT_PASSWORD, request.password.reveal().c_str());
    }
    if (!request.from.empty()) set(handle, CURLOPT_MAIL_FROM, request.from.c_str());
    for (const std::string& recipient : request.recipients) {
        curl_slist* longer = curl_slist_append(job.recipients.get(), recipient.c_str());
        check(longer != nullptr, "libcurl gave no list");
        (void)job.recipients.release();
        job.recipients.reset(longer);
    }
    set(handle, CURLOPT_MAIL_RCPT, job.recipients.get());
    set(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    set(handle, CURLOPT_UPLOAD, 1L);
    set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.message.size()));
}

bool is_tls_failure(CURLcode code) {
    switch (code) {
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return true;
        default:
            return false;
    }
}

void conclude(Job& job, CURLcode code) {
    MailResult& result = job.result;
    result.accepted = job.dialogue.accepted();
    result.replies = job.dialogue.take_replies();
    curl_off_t connect_time = 0;
    curl_easy_getinfo(job.easy.get(), CURLINFO_CONNECT_TIME_T, &connect_time);
    result.connected = connect_time > 0 || !result.replies.empty();
    if (result.accepted) return;
    result.tls_failed = is_tls_failure(code);
    result.login_denied = code == CURLE_LOGIN_DENIED;
    const char* text = job.error_text[0] != '\0' ? job.error_text.data() : curl_easy_strerror(code);
    result.problem = printable(job.refused_address.empty() ? text : job.refused_address, 256);
    if (code == CURLE_OK) result.problem = "the server did not accept the message";
}

}  // namespace

struct MailSender::Impl {
    explicit Impl(boost::asio::any_io_executor e) : executor(std::move(e)) {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        check(ready == CURLE_OK, "libcurl cannot be set up");
        multi = curl_multi_init();
        check(multi != nullptr, "libcurl gave no handle");
    }
    ~Impl() { curl_multi_cleanup(multi); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void run();
    bool take_new();
    void drop_cancelled();
    void start_waiting();
    void finish(const std::shared_ptr<Job>& job);
    void finish_ended();

    boost::asio::any_io_executor executor;
    CURLM* multi = nullptr;
    std::thread thread;

    std::mutex mutex;
    std::deque<std::shared_ptr<Job>> incoming;
    bool stopping = false;

    // Of the mail thread.
    std::list<std::shared_ptr<Job>> waiting;
    std::list<std::shared_ptr<Job>> active;
};

// False: time to stop.
bool MailSender::Impl::take_new() {
    const std::lock_guard lock(mutex);
    waiting.insert(waiting.end(), incoming.begin(), incoming.end());
    incoming.clear();
    return !stopping;
}

void MailSender::Impl::drop_cancelled() {
    waiting.remove_if([](const auto& job) { return job->cancelled.load(); });
    active.remove_if([this](const auto& job) {
        if (job->cancelled) curl_multi_remove_handle(multi, job->easy.get());
        return job->cancelled.load();
    });
}

// A relay that hangs takes no more than its share: messages to others pass by.
void MailSender::Impl::start_waiting() {
    for (auto entry = waiting.begin(); entry != waiting.end();) {
        const std::shared_ptr<Job> job = *entry;
        const auto same = std::count_if(active.begin(), active.end(), [&](const auto& other) {
            return other->request.host == job->request.host &&
                   other->request.port == job->request.port;
        });
        if (same >= messages_per_relay_max) {
            ++entry;
            continue;
        }
        entry = waiting.erase(entry);
        set_up(*job);
        active.push_back(job);
        curl_multi_add_handle(multi, job->easy.get());
    }
}

void MailSender::Impl::finish(const std::shared_ptr<Job>& job) {
    boost::asio::post(executor, [job] {
        job->done = true;
        job->finished.notify();
    });
}

void MailSender::Impl::finish_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* handle = message->easy_handle;
        const CURLcode code = message->data.result;  // gone once the handle is removed
        const auto entry = std::find_if(active.begin(), active.end(), [handle](const auto& job) {
            return job->easy.get() == handle;
        });
        check(entry != active.end(), "libcurl ended a message that is not under way");
        const std::shared_ptr<Job> job = *entry;
        active.erase(entry);
        curl_multi_remove_handle(multi, handle);
        conclude(*job, code);
        finish(job);
    }
}

void MailSender::Impl::run() {
    while (take_new()) {
        drop_cancelled();
        start_waiting();
        int running = 0;
        curl_multi_perform(multi, &running);
        finish_ended();
        start_waiting();
        curl_multi_poll(multi, nullptr, 0, poll_ms_max, nullptr);
    }
    for (const auto& job : active) curl_multi_remove_handle(multi, job->easy.get());
    active.clear();
    waiting.clear();
}

MailSender::MailSender(boost::asio::any_io_executor executor)
    : impl_(std::make_shared<Impl>(std::move(executor))) {}

// Gives a message up when nobody waits for it any more.
class MailSender::CancelAtEnd {
  public:
    CancelAtEnd(std::shared_ptr<Job> job, std::shared_ptr<Impl> impl)
        : job_(std::move(job)), impl_(std::move(impl)) {}
    ~CancelAtEnd() {
        if (job_->done) return;
        job_->cancelled = true;
        curl_multi_wakeup(impl_->multi);
    }
    CancelAtEnd(const CancelAtEnd&) = delete;
    CancelAtEnd& operator=(const CancelAtEnd&) = delete;

  private:
    std::shared_ptr<Job> job_;
    std::shared_ptr<Impl> impl_;
};

MailSender::~MailSender() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    curl_multi_wakeup(impl_->multi);
    if (impl_->thread.joinable()) impl_->thread.join();
}

awaitable<MailResult> MailSender::send(MailRequest request) {
    MailResult refused;
    refused.problem = mail_problem(request);
    if (!refused.problem.empty()) co_return refused;

    const auto job = std::make_shared<Job>(impl_->executor, std::move(request));
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->incoming.push_back(job);
    }
    if (!impl_->thread.joinable()) {
        // Signals are the main thread's; a relay that goes away is an error, not a SIGPIPE.
        sigset_t all{};
        sigset_t before{};
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        impl_->thread = std::thread(&Impl::run, impl_.get());
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    curl_multi_wakeup(impl_->multi);
    const CancelAtEnd guard(job, impl_);
    while (!job->done) co_await job->finished.wait();
    co_return std::move(job->result);
}

}  // namespace spokeswatch
