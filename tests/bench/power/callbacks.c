/* SPDX-License-Identifier: Apache-2.0 */
/* Put before libuv (LD_PRELOAD) by the power benchmark: every callback that libuv makes on a loop
 * is run through a meter of its thread's CPU time. The program under measurement is the installed
 * one, unchanged, and knows nothing of it. SIGUSR1 forgets what was measured; at the end it writes
 * the longest callback to the file that BENCH_CALLBACKS names: microseconds, how many there were,
 * its kind, and where it stands in the program (for addr2line). */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define SLOTS 65536 /* handles and requests with a callback; a fleet of 1,000 has some 3,000 */

enum kind {
    TIMER,
    POLL,
    UDP,
    READ,
    LISTEN,
    CONNECT,
    WRITE,
    SIGNAL,
    PREPARE,
    CHECK,
    IDLE,
    ASYNC,
    WORK,
    EXIT,
    CLOSE,
    KINDS
};
static const char *const kind_names[KINDS] = {"timer",   "poll",  "udp",    "read",    "listen",
                                              "connect", "write", "signal", "prepare", "check",
                                              "idle",    "async", "work",   "exit",    "close"};
typedef void (*function)(void);
struct slot { /* whose callback this is: a handle may have several kinds */
    const void *owner;
    enum kind kind;
    function callback;
};

static struct slot slots[SLOTS];
static uv_mutex_t lock; /* the journal's thread may start what the loop's thread runs */
static uint64_t longest_ns, count;
static enum kind longest_kind;
static function longest;
static volatile sig_atomic_t forget;

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        fprintf(stderr, "bench: libuv has no %s\n", name);
        _exit(70);
    }
    return found;
}

static struct slot *slot_of(const void *owner, enum kind kind)
{
    size_t at = ((uintptr_t)owner / 16 * 31 + (unsigned)kind) % SLOTS;
    for (unsigned i = 0; i < SLOTS; i++, at = (at + 1) % SLOTS) {
        if (slots[at].owner == NULL || (slots[at].owner == owner && slots[at].kind == kind)) {
            return &slots[at];
        }
    }
    fprintf(stderr, "bench: too many handles\n");
    _exit(70);
}

static void put(const void *owner, enum kind kind, function callback)
{
    uv_mutex_lock(&lock);
    *slot_of(owner, kind) = (struct slot){owner, kind, callback};
    uv_mutex_unlock(&lock);
}

static function get(const void *owner, enum kind kind)
{
    uv_mutex_lock(&lock);
    function callback = slot_of(owner, kind)->callback;
    uv_mutex_unlock(&lock);
    return callback;
}

static uint64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void note(enum kind kind, function callback, uint64_t began_ns)
{
    uint64_t took_ns = cpu_ns() - began_ns;
    if (forget) {
        forget = 0;
        longest_ns = count = 0;
    }
    count++;
    if (took_ns > longest_ns) {
        longest_ns = took_ns;
        longest_kind = kind;
        longest = callback;
    }
}

/* A callback of ours for libuv that runs the program's and notes what it took. */
#define METER(name, kind, type, owner, parameters, arguments) \
    static void name parameters                               \
    {                                                         \
        function callback = get(owner, kind);                 \
        uint64_t began_ns = cpu_ns();                         \
        if (callback != NULL) {                               \
            ((type)callback) arguments;                       \
        }                                                     \
        note(kind, callback, began_ns);                       \
    }
METER(on_timer, TIMER, uv_timer_cb, h, (uv_timer_t * h), (h))
METER(on_poll, POLL, uv_poll_cb, h, (uv_poll_t * h, int status, int events), (h, status, events))
METER(on_udp, UDP, uv_udp_recv_cb, h,
      (uv_udp_t * h, ssize_t n, const uv_buf_t *b, const struct sockaddr *a, unsigned f),
      (h, n, b, a, f))
METER(on_read, READ, uv_read_cb, h, (uv_stream_t * h, ssize_t n, const uv_buf_t *b), (h, n, b))
METER(on_listen, LISTEN, uv_connection_cb, h, (uv_stream_t * h, int status), (h, status))
METER(on_connect, CONNECT, uv_connect_cb, r, (uv_connect_t * r, int status), (r, status))
METER(on_write, WRITE, uv_write_cb, r, (uv_write_t * r, int status), (r, status))
METER(on_signal, SIGNAL, uv_signal_cb, h, (uv_signal_t * h, int number), (h, number))
METER(on_prepare, PREPARE, uv_prepare_cb, h, (uv_prepare_t * h), (h))
METER(on_check, CHECK, uv_check_cb, h, (uv_check_t * h), (h))
METER(on_idle, IDLE, uv_idle_cb, h, (uv_idle_t * h), (h))
METER(on_async, ASYNC, uv_async_cb, h, (uv_async_t * h), (h))
METER(on_work, WORK, uv_after_work_cb, r, (uv_work_t * r, int status), (r, status))
METER(on_exit_of, EXIT, uv_exit_cb, h, (uv_process_t * h, int64_t status, int number),
      (h, status, number))
METER(on_close, CLOSE, uv_close_cb, h, (uv_handle_t * h), (h))

/* libuv's function of the same name, with our callback in the place of the program's. */
#define REAL(name)                             \
    static __typeof__(&name) real;             \
    if (real == NULL) {                        \
        real = (__typeof__(&name))next(#name); \
    }

int uv_timer_start(uv_timer_t *h, uv_timer_cb cb, uint64_t timeout, uint64_t repeat)
{
    REAL(uv_timer_start)
    if (cb != on_timer) { /* libuv itself starts a repeating timer again */
        put(h, TIMER, (function)cb);
    }
    return real(h, on_timer, timeout, repeat);
}

int uv_poll_start(uv_poll_t *h, int events, uv_poll_cb cb)
{
    REAL(uv_poll_start)
    put(h, POLL, (function)cb);
    return real(h, events, on_poll);
}

int uv_udp_recv_start(uv_udp_t *h, uv_alloc_cb alloc, uv_udp_recv_cb cb)
{
    REAL(uv_udp_recv_start)
    put(h, UDP, (function)cb);
    return real(h, alloc, on_udp);
}

int uv_read_start(uv_stream_t *h, uv_alloc_cb alloc, uv_read_cb cb)
{
    REAL(uv_read_start)
    put(h, READ, (function)cb);
    return real(h, alloc, on_read);
}

int uv_listen(uv_stream_t *h, int backlog, uv_connection_cb cb)
{
    REAL(uv_listen)
    put(h, LISTEN, (function)cb);
    return real(h, backlog, on_listen);
}

int uv_tcp_connect(uv_connect_t *r, uv_tcp_t *h, const struct sockaddr *a, uv_connect_cb cb)
{
    REAL(uv_tcp_connect)
    put(r, CONNECT, (function)cb);
    return real(r, h, a, on_connect);
}

int uv_write(uv_write_t *r, uv_stream_t *h, const uv_buf_t bufs[], unsigned n, uv_write_cb cb)
{
    REAL(uv_write)
    put(r, WRITE, (function)cb);
    return real(r, h, bufs, n, on_write);
}

int uv_signal_start(uv_signal_t *h, uv_signal_cb cb, int number)
{
    REAL(uv_signal_start)
    put(h, SIGNAL, (function)cb);
    return real(h, on_signal, number);
}

int uv_prepare_start(uv_prepare_t *h, uv_prepare_cb cb)
{
    REAL(uv_prepare_start)
    put(h, PREPARE, (function)cb);
    return real(h, on_prepare);
}

int uv_check_start(uv_check_t *h, uv_check_cb cb)
{
    REAL(uv_check_start)
    put(h, CHECK, (function)cb);
    return real(h, on_check);
}

int uv_idle_start(uv_idle_t *h, uv_idle_cb cb)
{
    REAL(uv_idle_start)
    put(h, IDLE, (function)cb);
    return real(h, on_idle);
}

int uv_async_init(uv_loop_t *loop, uv_async_t *h, uv_async_cb cb)
{
    REAL(uv_async_init)
    put(h, ASYNC, (function)cb);
    return real(loop, h, on_async);
}

int uv_queue_work(uv_loop_t *loop, uv_work_t *r, uv_work_cb work, uv_after_work_cb cb)
{
    REAL(uv_queue_work)
    put(r, WORK, (function)cb);
    return real(loop, r, work, on_work);
}

void uv_close(uv_handle_t *h, uv_close_cb cb)
{
    REAL(uv_close)
    put(h, CLOSE, (function)cb);
    real(h, on_close);
}

int uv_spawn(uv_loop_t *loop, uv_process_t *h, const uv_process_options_t *options)
{
    REAL(uv_spawn)
    uv_process_options_t ours = *options;
    put(h, EXIT, (function)options->exit_cb);
    ours.exit_cb = on_exit_of;
    return real(loop, h, &ours);
}

static void on_forget(int number)
{
    (void)number;
    forget = 1;
}

__attribute__((constructor)) static void begin(void)
{
    if (uv_mutex_init(&lock) != 0) {
        _exit(70);
    }
    signal(SIGUSR1, on_forget);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("BENCH_CALLBACKS");
    FILE *file = path != NULL ? fopen(path, "we") : NULL;
    Dl_info where = {0};

    if (file == NULL) {
        return;
    }
    uintptr_t at = (uintptr_t)longest;
    uintptr_t base = dladdr((void *)at, &where) != 0 ? (uintptr_t)where.dli_fbase : 0;
    fprintf(file, "%llu %llu %s 0x%llx\n", (unsigned long long)(longest_ns / 1000),
            (unsigned long long)count, kind_names[longest_kind], (unsigned long long)(at - base));
    fclose(file);
}
