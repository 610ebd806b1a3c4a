/* SPDX-License-Identifier: Apache-2.0 */
/* Grows the status's text (see status_text.h). "power" is the status's last key, so that devices
 * are added before the brackets that end it. */
#include "monitord/status_text.h"

#include "failover/assert.h"
#include "monitord/json_value.h"

#include <stdlib.h>
#include <string.h>

#define ENDING "]}}" /* of the list, the status, the answer */

static bool append(struct md_status_text *text, const char *bytes, size_t length)
{
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = text->capacity > 0 ? 2 * text->capacity : text->expected + 4096;

        while (capacity < text->length + length + 1) {
            capacity *= 2;
        }
        char *grown = realloc(text->bytes, capacity);
        if (grown == NULL) {
            return false;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return true;
}

void md_status_text_drop(struct md_status_text *text)
{
    free(text->bytes);
    *text = (struct md_status_text){.expected = text->expected};
}

bool md_status_text_begin(struct md_status_text *text, const struct md_control_hooks *hooks)
{
    char *head =
        md_json_dump(json_pack("{s:b, s:o}", "ok", 1, "status", hooks->status(hooks->context)));
    size_t length = head != NULL ? strlen(head) : 0;

    FO_ASSERT(text->bytes == NULL);
    if (head != NULL) {
        FO_ASSERT(length > strlen(ENDING));
        length -= strlen(ENDING);
        FO_ASSERT(strcmp(head + length, ENDING) == 0);
    }
    if (head == NULL || !append(text, head, length)) {
        md_status_text_drop(text);
    }
    free(head);
    return text->bytes != NULL;
}

/* One device; false when it was the last, or memory is out. */
static bool add_device(struct md_status_text *text, const struct md_control_hooks *hooks)
{
    json_t *device = hooks->device(hooks->context, text->next);

    if (device == NULL) {
        if (!append(text, ENDING, strlen(ENDING))) {
            md_status_text_drop(text);
        }
        return false;
    }
    char *one = md_json_dump(device);
    bool first = text->bytes[text->length - 1] == '[';
    bool added = one != NULL && (first || append(text, ",", 1)) && append(text, one, strlen(one));
    free(one);
    if (!added) {
        md_status_text_drop(text);
    }
    text->next++;
    return added;
}

bool md_status_text_more(struct md_status_text *text, const struct md_control_hooks *hooks)
{
    FO_ASSERT(text->bytes != NULL);
    for (unsigned i = 0; i < MD_STATUS_TEXT_PIECE; i++) {
        if (!add_device(text, hooks)) {
            return true;
        }
    }
    return false;
}

char *md_status_text_take(struct md_status_text *text)
{
    char *whole = text->bytes;

    if (whole != NULL) {
        text->expected = text->length;
    }
    text->bytes = NULL;
    md_status_text_drop(text);
    return whole;
}
