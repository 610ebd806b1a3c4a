/* SPDX-License-Identifier: Apache-2.0 */
/* Writes one JSON object as one line. It owns each line until libuv has done with it, and keeps no
 * stream. */
#include "monitord/json_line.h"

#include "monitord/json_value.h"

#include <stdlib.h>
#include <string.h>

struct line {
    uv_write_t request;
    char *text;
};

static void line_free(struct line *line)
{
    free(line->text);
    free(line);
}

static void on_written(uv_write_t *request, int status)
{
    (void)status; /* a broken connection shows in the read */
    line_free(request->data);
}

bool md_json_line_send(uv_stream_t *stream, json_t *object)
{
    struct line *line = calloc(1, sizeof(*line));
    char *text = md_json_dump(object);
    uv_buf_t buffers[2];

    if (line == NULL || text == NULL) {
        free(text);
        free(line);
        return false;
    }
    line->text = text;
    line->request.data = line;
    buffers[0] = uv_buf_init(text, (unsigned)strlen(text));
    buffers[1] = uv_buf_init((char *)"\n", 1);
    if (uv_write(&line->request, stream, buffers, 2, on_written) != 0) {
        line_free(line);
        return false;
    }
    return true;
}
