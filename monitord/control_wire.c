/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the control socket's byte stream into bounded lines. It owns the bytes of one connection,
 * knows no order and no socket; the daemon's control server and the console's client both feed it.
 */
#include "monitord/control_wire.h"

#include <stdlib.h>
#include <string.h>

void md_lines_init(struct md_line_buffer *lines, size_t limit)
{
    *lines = (struct md_line_buffer){.limit = limit};
}

/* Drops the line handed out last: `taken` bytes at the front. */
static void lines_drop_taken(struct md_line_buffer *lines)
{
    if (lines->taken == 0) {
        return;
    }
    memmove(lines->bytes, lines->bytes + lines->taken, lines->length - lines->taken);
    lines->length -= lines->taken;
    lines->taken = 0;
}

/* Whether every line from `start` on, also the one still open, keeps within the limit. */
static bool lines_keep_limit(const struct md_line_buffer *lines, size_t start)
{
    while (start < lines->length) {
        const char *end = memchr(lines->bytes + start, '\n', lines->length - start);
        size_t length = end == NULL ? lines->length - start : (size_t)(end - lines->bytes) - start;
        if (length > lines->limit) {
            return false;
        }
        start += length + 1;
    }
    return true;
}

bool md_lines_feed(struct md_line_buffer *lines, const char *bytes, size_t length)
{
    lines_drop_taken(lines);
    if (length == 0) {
        return true;
    }
    if (lines->length + length > lines->capacity) {
        size_t capacity = lines->capacity == 0 ? 4096 : lines->capacity;
        while (capacity < lines->length + length) {
            capacity *= 2;
        }
        char *grown = realloc(lines->bytes, capacity);
        if (grown == NULL) {
            return false;
        }
        lines->bytes = grown;
        lines->capacity = capacity;
    }
    /* what was there before has been checked, up to the line that was still open */
    const char *last = memrchr(lines->bytes, '\n', lines->length);
    size_t open = last == NULL ? 0 : (size_t)(last + 1 - lines->bytes);
    memcpy(lines->bytes + lines->length, bytes, length);
    lines->length += length;
    return lines_keep_limit(lines, open);
}

char *md_lines_next(struct md_line_buffer *lines)
{
    lines_drop_taken(lines);
    if (lines->length == 0) {
        return NULL;
    }
    char *end = memchr(lines->bytes, '\n', lines->length);
    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    lines->taken = (size_t)(end - lines->bytes) + 1;
    return lines->bytes;
}

void md_lines_free(struct md_line_buffer *lines)
{
    free(lines->bytes);
    *lines = (struct md_line_buffer){0};
}
