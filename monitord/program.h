/* SPDX-License-Identifier: Apache-2.0 */
/* One child process with bytes on its standard input and a time limit: scripts, fence agents and
 * the command channel. It owns the process, its group and its pipes; what an exit code means is the
 * caller's. Nothing is ever put into arguments or the environment but what is given here. */
#ifndef MONITORD_PROGRAM_H
#define MONITORD_PROGRAM_H

#include "failover/types.h"

#include <uv.h>

#define MD_PROGRAM_OUTPUT_MAX \
    2048 /* of standard output and error together; more is read and dropped */
#define MD_PROGRAM_INPUT_MAX 65536

struct md_program_request {
    const char *program; /* absolute path */
    const char *input;   /* copied */
    size_t input_length; /* at most MD_PROGRAM_INPUT_MAX */
    bool drill;          /* NOROSHI_DRILL=1 in its environment */
    fo_us timeout_us;    /* then its whole process group is killed */
    /* NULL; or it gets standard output as it comes, all of it, before done is called, and the
     * outcome's output is standard error alone. It may call md_program_kill. */
    void (*output)(void *context, const char *bytes, size_t length);
};
struct md_program_outcome {
    int start_error; /* negative uv error: it never ran; 0 */
    bool timed_out;
    int exit_code; /* when signal is 0 */
    int signal;    /* it ended by this signal; 0 */
    char output[MD_PROGRAM_OUTPUT_MAX + 1];
};
typedef void (*md_program_done)(void *context, const struct md_program_outcome *outcome);

struct md_program;
/* Starts it. done is called exactly once, with the same context as output, on a later turn of the
 * loop, also when it cannot start; the outcome lives only during the call. NULL (done is not
 * called) only when out of memory or the input is too long. */
struct md_program *md_program_start(uv_loop_t *loop, const struct md_program_request *request,
                                    md_program_done done, void *context);
/* Ends it early: its group is killed, and done is called on a later turn with timed_out. A child
 * that has ended, or never started, is left to tell its own outcome. */
void md_program_kill(struct md_program *child);

#endif
