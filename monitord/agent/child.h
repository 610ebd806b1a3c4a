/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a program with bytes on its standard input, for a bounded time, in a thread of its own: the
 * loop that keeps the lease must not wait for a disk that an exec has to read. It knows nothing of
 * what the programs are for; steps.c, position.c and alarm.c use it. */
#ifndef MONITORD_AGENT_CHILD_H
#define MONITORD_AGENT_CHILD_H

#include "failover/types.h"
#include "monitord/agent/wakeup.h"

#define MD_CHILD_INPUT_MAX 4096 /* bytes on standard input */
#define MD_CHILD_OUTPUT_MAX                                              \
    256 /* bytes of standard output that are kept; the rest is read away \
         */
#define MD_CHILD_GRACE_US FO_SECOND /* between SIGTERM and SIGKILL to its process group */

enum md_child_end {
    MD_CHILD_EXITED,   /* .status is the exit code */
    MD_CHILD_SIGNALED, /* .status is the signal; it was not ours */
    MD_CHILD_TIMEOUT,
    MD_CHILD_STOPPED,    /* md_child_stop */
    MD_CHILD_NOT_STARTED /* .status is an errno value */
};
struct md_child_result {
    enum md_child_end end;
    int status;
    size_t output_length;
    char output[MD_CHILD_OUTPUT_MAX + 1]; /* NUL-terminated; only when asked for */
};
/* On the loop. The child may be started again from here. */
typedef void (*md_child_callback)(void *context, const struct md_child_result *result);

/* One place for one program at a time; embedded in its owner. */
struct md_child {
    struct md_wakeup wakeup;
    uv_thread_t thread;
    bool running;
    bool keep_output;
    const char *program;
    fo_us timeout_us;
    size_t input_length;
    char input[MD_CHILD_INPUT_MAX];
    int stop_fd; /* an eventfd; -1 */
    struct md_child_result result;
    md_child_callback callback;
    void *context;
};

/* False when the kernel has no handle left. */
bool md_child_init(struct md_child *child, uv_loop_t *loop, md_child_callback callback,
                   void *context);
/* Starts program (an absolute path, outliving the run; no arguments, environment PATH only) with a
 * copy of input. Its standard output is kept when keep_output, else it goes to standard error.
 * False, and nothing happens, when one is running, input is too long or no thread can be made. */
bool md_child_start(struct md_child *child, const char *program, const char *input, size_t length,
                    fo_us timeout_us, bool keep_output);
/* Ends it early (SIGTERM, then SIGKILL); the callback still comes. */
void md_child_stop(struct md_child *child);
/* Only when none is running. The loop must turn once more before the object's memory goes. */
void md_child_close(struct md_child *child);

#endif
