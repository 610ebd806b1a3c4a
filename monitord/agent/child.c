/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that runs one program: spawns it in its own process group, feeds it, reads it, ends it
 * when its time is over, reaps it by pidfd. It shares with the loop only what child.h shows, handed
 * over by thread start and by the wake-up. */
#include "monitord/agent/child.h"

#include "failover/assert.h"
#include "probes/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE ((size_t)256 * 1024)

/* The ends that stay with us, and the process. */
struct run {
    struct md_child *child;
    pid_t pid;
    int pidfd, input_fd, output_fd;
    size_t written;
    fo_us term_us, kill_us; /* when to ask, when to force; FO_NEVER: it was forced already */
    bool stopped, timed_out;
};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static int spawn(struct run *run, int input_fd, int output_fd)
{
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    char *environment[] = {path, NULL};
    char *arguments[] = {(char *)(uintptr_t)run->child->program, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) {
        return result;
    }
    result = posix_spawnattr_init(&attributes);
    if (result != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return result;
    }
    posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    result =
        posix_spawn(&run->pid, run->child->program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

/* 0 or an errno value. */
static int start(struct run *run)
{
    int input[2] = {-1, -1}, output[2] = {-1, -1};
    int result = 0;
    if (pipe2(input, O_CLOEXEC) != 0 ||
        (run->child->keep_output && pipe2(output, O_CLOEXEC) != 0)) {
        result = errno;
    }
    if (result == 0) {
        result = spawn(run, input[0], run->child->keep_output ? output[1] : STDERR_FILENO);
    }
    close_fd(&input[0]);
    close_fd(&output[1]);
    if (result == 0) {
        run->pidfd = pidfd_open(run->pid, 0);
        result = run->pidfd < 0 ? errno : 0;
    }
    if (result != 0) {
        close_fd(&input[1]);
        close_fd(&output[0]);
        if (run->pid > 0) {
            kill(-run->pid, SIGKILL);
            waitpid(run->pid, NULL, 0);
        }
        return result;
    }
    fcntl(input[1], F_SETFL, O_NONBLOCK);
    run->input_fd = input[1];
    if (run->child->keep_output) {
        fcntl(output[0], F_SETFL, O_NONBLOCK);
        run->output_fd = output[0];
    }
    return 0;
}

static void feed_input(struct run *run)
{
    const struct md_child *child = run->child;
    ssize_t count =
        write(run->input_fd, child->input + run->written, child->input_length - run->written);
    if (count > 0) {
        run->written += (size_t)count;
    }
    if (run->written == child->input_length || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        close_fd(&run->input_fd); /* all given, or it does not want to read */
    }
}

static void read_output(struct run *run)
{
    struct md_child_result *result = &run->child->result;
    char bytes[256];
    ssize_t count = read(run->output_fd, bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        close_fd(&run->output_fd);
    }
    if (count > 0) {
        size_t room = MD_CHILD_OUTPUT_MAX - result->output_length;
        size_t kept = (size_t)count < room ? (size_t)count : room;
        memcpy(result->output + result->output_length, bytes, kept);
        result->output_length += kept;
    }
}

static void end_when_due(struct run *run, fo_us now_us)
{
    if (now_us >= run->kill_us) {
        kill(-run->pid, SIGKILL);
        run->term_us = run->kill_us = FO_NEVER;
    } else if (now_us >= run->term_us) {
        run->timed_out = run->timed_out || !run->stopped;
        kill(-run->pid, SIGTERM);
        run->term_us = FO_NEVER;
        run->kill_us = now_us + MD_CHILD_GRACE_US;
    }
}

static int wait_ms(const struct run *run, fo_us now_us)
{
    fo_us next_us = run->term_us < run->kill_us ? run->term_us : run->kill_us;
    if (next_us == FO_NEVER) {
        return -1;
    }
    fo_us left_us = next_us > now_us ? next_us - now_us : 0;
    return left_us > FO_MINUTE ? 60000 : (int)((left_us + 999) / 1000);
}

static void wait_for_end(struct run *run)
{
    for (;;) {
        fo_us now_us = pb_clock_us();
        end_when_due(run, now_us);
        struct pollfd fds[] = {{.fd = run->pidfd, .events = POLLIN},
                               {.fd = run->stopped ? -1 : run->child->stop_fd, .events = POLLIN},
                               {.fd = run->input_fd, .events = POLLOUT},
                               {.fd = run->output_fd, .events = POLLIN}};
        if (poll(fds, sizeof fds / sizeof fds[0], wait_ms(run, now_us)) <= 0) {
            continue;
        }
        if (fds[1].revents != 0) {
            run->stopped = true;
            run->term_us = 0;
        }
        if (fds[2].revents != 0) {
            feed_input(run);
        }
        if (fds[3].revents != 0) {
            read_output(run);
        } else if (fds[0].revents != 0) {
            return; /* it ended, and what it wrote has been read */
        }
    }
}

static void conclude(struct run *run)
{
    struct md_child_result *result = &run->child->result;
    int status = 0;
    if (run->stopped || run->timed_out) {
        kill(-run->pid, SIGKILL); /* what it left behind in its group does not outlive it */
    }
    waitpid(run->pid, &status, 0);
    if (run->stopped) {
        result->end = MD_CHILD_STOPPED;
    } else if (run->timed_out) {
        result->end = MD_CHILD_TIMEOUT;
    } else if (WIFEXITED(status)) {
        result->end = MD_CHILD_EXITED;
        result->status = WEXITSTATUS(status);
    } else {
        result->end = MD_CHILD_SIGNALED;
        result->status = WTERMSIG(status);
    }
    result->output[result->output_length] = '\0';
}

static void run_thread(void *argument)
{
    struct md_child *child = argument;
    struct run run = {.child = child, .pidfd = -1, .input_fd = -1, .output_fd = -1};
    sigset_t all;
    sigfillset(&all); /* signals belong to the loop's thread; a broken pipe is an errno here */
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    run.term_us = pb_clock_us() + child->timeout_us;
    run.kill_us = FO_NEVER;
    int result = start(&run);
    if (result == 0) {
        wait_for_end(&run);
        conclude(&run);
    } else {
        child->result.end = MD_CHILD_NOT_STARTED;
        child->result.status = result;
    }
    close_fd(&run.pidfd);
    close_fd(&run.input_fd);
    close_fd(&run.output_fd);
    md_wakeup_send(&child->wakeup);
}

/* ---- the loop's side ----------------------------------------------------------------------- */
static void on_end(void *context)
{
    struct md_child *child = context;
    if (!child->running) {
        return;
    }
    uv_thread_join(&child->thread); /* its last statement was the send that brought us here */
    close_fd(&child->stop_fd);
    child->running = false;
    struct md_child_result result = child->result;
    child->callback(child->context, &result);
}

bool md_child_init(struct md_child *child, uv_loop_t *loop, md_child_callback callback,
                   void *context)
{
    memset(child, 0, sizeof *child);
    child->stop_fd = -1;
    child->callback = callback;
    child->context = context;
    return md_wakeup_init(&child->wakeup, loop, on_end, child);
}

bool md_child_start(struct md_child *child, const char *program, const char *input, size_t length,
                    fo_us timeout_us, bool keep_output)
{
    uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE};
    FO_ASSERT(program != NULL && timeout_us > 0);
    if (child->running || length > MD_CHILD_INPUT_MAX) {
        return false;
    }
    memset(&child->result, 0, sizeof child->result);
    memcpy(child->input, input, length);
    child->input_length = length;
    child->program = program;
    child->timeout_us = timeout_us;
    child->keep_output = keep_output;
    child->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (child->stop_fd < 0) {
        return false;
    }
    if (uv_thread_create_ex(&child->thread, &options, run_thread, child) != 0) {
        close_fd(&child->stop_fd);
        return false;
    }
    child->running = true;
    return true;
}

void md_child_stop(struct md_child *child)
{
    uint64_t one = 1;
    if (child->running && write(child->stop_fd, &one, sizeof one) != sizeof one) {
        FO_ASSERT(errno == EAGAIN); /* full: it was told already */
    }
}

void md_child_close(struct md_child *child)
{
    FO_ASSERT(!child->running);
    md_wakeup_close(&child->wakeup);
}
