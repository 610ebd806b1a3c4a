/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object sent as one line over a stream. It owns the bytes until they are written; what
 * they say, and what a failure means, is the caller's. The executor and its client use it. */
#ifndef MONITORD_JSON_LINE_H
#define MONITORD_JSON_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <uv.h>

/* Hands object (its reference is taken; NULL is out of memory) and a newline to the stream. False
 * when that cannot be done: nothing of it is or will be written, and the caller closes the stream,
 * because a peer that waits for this line would wait for ever. True says only that it is on its
 * way: a connection that breaks later shows in the caller's read. */
bool md_json_line_send(uv_stream_t *stream, json_t *object);

#endif
