/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the daemon one question and says in words what went wrong. It owns no connection longer than
 * one answer; every one-shot command stands on it. */
#include "monitord/console/ask.h"

#include "monitord/console/client.h"

#include <stdio.h>
#include <string.h>

json_t *md_ask(const struct md_options *options, json_t *order)
{
    char error[MD_CLIENT_ERROR_SIZE];
    json_t *answer = md_client_ask(options->socket, order, error);

    if (answer == NULL) {
        fprintf(stderr, "monitorctl: %s\n", error);
    }
    return answer;
}

json_t *md_ask_status(const struct md_options *options)
{
    json_t *answer = md_ask(options, json_pack("{s:s}", "order", "status"));

    if (answer != NULL && !json_is_object(json_object_get(answer, "status"))) {
        fprintf(stderr, "monitorctl: the daemon gave no status: %s\n",
                md_ask_refusal(&options->speech, answer));
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

const char *md_ask_refusal(const struct md_speech *speech, const json_t *answer)
{
    static const struct {
        const char *code;
        enum md_word word;
    } errors[] = {{"not-a-person", MD_WORD_ERROR_NOT_A_PERSON},
                  {"no-such-incident", MD_WORD_ERROR_NO_INCIDENT},
                  {"unknown-incident", MD_WORD_ERROR_NO_INCIDENT},
                  {"closed", MD_WORD_ERROR_CLOSED},
                  {"acknowledge_ignored", MD_WORD_ERROR_NO_EFFECT},
                  {"busy", MD_WORD_ERROR_BUSY},
                  {"no-such-server", MD_WORD_ERROR_NO_SERVER},
                  {"no-end", MD_WORD_ERROR_NO_END},
                  {"too-many-requests", MD_WORD_ERROR_TOO_MANY},
                  {"same-person", MD_WORD_ERROR_SAME_PERSON},
                  {"no-such-request", MD_WORD_ERROR_NO_REQUEST}};
    const char *code = md_fact_text(answer, "error");
    const char *message = md_fact_text(answer, "message");

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strcmp(code, errors[i].code) == 0) {
            return md_say(speech, errors[i].word);
        }
    }
    if (md_text_reason_number(code) != UINT16_MAX) {
        return md_say_reason(speech, code, MD_TEXT_TITLE);
    }
    return message[0] != '\0' ? message : code;
}
