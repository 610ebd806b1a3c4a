/* SPDX-License-Identifier: Apache-2.0 */
/* A byte-wise reader of an HTTP/1 reply: status line, the one header that matters, length of the
 * body. It allocates nothing and never looks back; check.c feeds it. */
#include "probes/http_reply.h"

#include "failover/assert.h"

#include <string.h>
#include <strings.h>

void pb_http_reply_init(struct pb_http_reply *reply)
{
    memset(reply, 0, sizeof *reply);
}

/* "HTTP/1.x 200" followed by a space or nothing. */
static bool status_is_200(const char *line, size_t length)
{
    return length >= 12 && strncmp(line, "HTTP/1.", 7) == 0 && (line[7] == '0' || line[7] == '1') &&
           strncmp(line + 8, " 200", 4) == 0 && (length == 12 || line[12] == ' ');
}

/* Content-Length; false when the value is not a plain number of a length we would read. */
static bool take_length(struct pb_http_reply *reply, const char *value)
{
    uint64_t length = 0;
    while (*value == ' ' || *value == '\t') {
        value++;
    }
    if (*value == '\0') {
        return false;
    }
    for (; *value >= '0' && *value <= '9'; value++) {
        length = length * 10 + (uint64_t)(*value - '0');
        if (length > PB_HTTP_REPLY_MAX) {
            return false;
        }
    }
    while (*value == ' ' || *value == '\t') {
        value++;
    }
    reply->length_known = true;
    reply->body_left = length;
    return *value == '\0';
}

static enum pb_http_verdict end_line(struct pb_http_reply *reply)
{
    static const char name[] = "content-length:";
    size_t length = reply->line_length;
    bool whole = length < PB_HTTP_LINE_MAX;

    reply->line_length = 0;
    if (whole && length > 0 && reply->line[length - 1] == '\r') {
        length--;
    }
    if (!reply->status_seen) {
        reply->status_seen = true;
        return whole && status_is_200(reply->line, length) ? PB_HTTP_MORE : PB_HTTP_BAD;
    }
    if (!whole) {
        return PB_HTTP_MORE;
    }
    reply->line[length] = '\0';
    if (length == 0) {
        reply->head_done = true;
        /* without an announced length a complete head with 200 is the answer */
        return !reply->length_known || reply->body_left == 0 ? PB_HTTP_OK : PB_HTTP_MORE;
    }
    if (strncasecmp(reply->line, name, sizeof name - 1) == 0) {
        return take_length(reply, reply->line + sizeof name - 1) ? PB_HTTP_MORE : PB_HTTP_BAD;
    }
    return PB_HTTP_MORE;
}

static enum pb_http_verdict take_byte(struct pb_http_reply *reply, char byte)
{
    if (++reply->total > PB_HTTP_REPLY_MAX) {
        return PB_HTTP_BAD;
    }
    if (reply->head_done) {
        FO_ASSERT(reply->body_left > 0);
        return --reply->body_left == 0 ? PB_HTTP_OK : PB_HTTP_MORE;
    }
    if (byte == '\n') {
        return end_line(reply);
    }
    if (reply->line_length < PB_HTTP_LINE_MAX) {
        reply->line[reply->line_length] = byte;
    }
    reply->line_length++;
    /* what does not begin like HTTP is not worth waiting for */
    if (!reply->status_seen && reply->line_length <= 5 && byte != "HTTP/"[reply->line_length - 1]) {
        return PB_HTTP_BAD;
    }
    return PB_HTTP_MORE;
}

enum pb_http_verdict pb_http_reply_feed(struct pb_http_reply *reply, const char *bytes,
                                        size_t count)
{
    for (size_t i = 0; i < count && reply->verdict == PB_HTTP_MORE; i++) {
        reply->verdict = take_byte(reply, bytes[i]);
    }
    return reply->verdict;
}

enum pb_http_verdict pb_http_reply_end(struct pb_http_reply *reply)
{
    if (reply->verdict == PB_HTTP_MORE) {
        reply->verdict = PB_HTTP_BAD; /* a head or an announced body that stopped half way */
    }
    return reply->verdict;
}
