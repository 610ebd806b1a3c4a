/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the daemon one question and says in words what went wrong. It owns no connection longer than
 * one answer; every one-shot command stands on it. */
#include "monitord/console/ask.h"

#include "monitord/console/client.h"
#include "monitord/console/login.h"
#include "monitord/console/plain.h"
#include "monitord/console/refusal.h"
#include "monitord/fact.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

json_t *md_ask(const struct md_options *options, json_t *order)
{
    char error[MD_CLIENT_ERROR_SIZE];
    bool looks = strcmp(md_fact_text(order, "order"), "status") == 0;

    if (!looks && !md_login(options, order)) {
        json_decref(order);
        return json_pack("{s:b, s:s}", "ok", 0, "error", "locked");
    }
    json_t *answer = md_client_ask(options->socket, order, error);
    if (answer == NULL) {
        fprintf(stderr, "monitorctl: %s\n", error);
        if (access(options->socket, W_OK) == 0 || errno != EACCES) { /* ours to use, yet silent */
            md_plain_line(stderr, &options->speech, md_say(&options->speech, MD_WORD_NO_DAEMON));
        }
    }
    return answer;
}

json_t *md_ask_status(const struct md_options *options)
{
    json_t *answer = md_ask(options, json_pack("{s:s}", "order", "status"));

    if (answer != NULL && !json_is_object(json_object_get(answer, "status"))) {
        fprintf(stderr, "monitorctl: the daemon gave no status: %s\n",
                md_refusal(&options->speech, answer));
        json_decref(answer);
        return NULL;
    }
    return answer;
}

bool md_ask_where(const struct md_options *options, const char *key, char *path, size_t size)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(options->socket, json_pack("{s:s}", "order", "where"), error);
    const char *text = md_fact_text(answer, key);
    int length = snprintf(path, size, "%s", text);

    json_decref(answer);
    return length > 0 && (size_t)length < size;
}
