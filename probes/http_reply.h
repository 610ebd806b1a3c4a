/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the reply to one small HTTP GET while its bytes arrive. Pure: bytes in, verdict out; it
 * keeps no body and never holds more than one header line. check.c calls it. */
#ifndef PROBES_HTTP_REPLY_H
#define PROBES_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PB_HTTP_LINE_MAX 256     /* a longer header line is read past, except the status line */
#define PB_HTTP_REPLY_MAX 65536u /* head and body together; more is PB_HTTP_BAD */

enum pb_http_verdict {
    PB_HTTP_MORE, /* not decided yet */
    PB_HTTP_OK,   /* status 200, head complete and, if a length was announced, body complete */
    PB_HTTP_BAD   /* another status, not HTTP, or too long */
};
struct pb_http_reply {
    char line[PB_HTTP_LINE_MAX];
    size_t line_length; /* bytes of the present line, also those that were not kept */
    size_t total;
    uint64_t body_left;
    bool status_seen, head_done, length_known;
    enum pb_http_verdict verdict;
};

void pb_http_reply_init(struct pb_http_reply *reply);
/* Feeds the next bytes; once decided the verdict stays. */
enum pb_http_verdict pb_http_reply_feed(struct pb_http_reply *reply, const char *bytes,
                                        size_t count);
/* The peer closed: what is still undecided now is. A body whose length was not announced ends
 * here. */
enum pb_http_verdict pb_http_reply_end(struct pb_http_reply *reply);

#endif
