/* SPDX-License-Identifier: Apache-2.0 */
/* Why the daemon refused, in words. It owns the list of codes that have words of their own; screen
 * and one-shot orders call it. */
#include "monitord/console/refusal.h"

#include "monitord/fact.h"

#include <string.h>

const char *md_refusal(const struct md_speech *speech, const json_t *answer)
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
                  {"no-such-request", MD_WORD_ERROR_NO_REQUEST},
                  {"approval-used", MD_WORD_ERROR_APPROVAL_USED},
                  {"approval-late", MD_WORD_ERROR_APPROVAL_LATE},
                  {"approval-withdrawn", MD_WORD_ERROR_APPROVAL_WITHDRAWN},
                  {"approval-changed", MD_WORD_ERROR_APPROVAL_CHANGED},
                  {"not-allowed", MD_WORD_ERROR_NOT_ALLOWED},
                  {"no-reason", MD_WORD_ERROR_NO_REASON},
                  {"no-such-person", MD_WORD_ERROR_NO_PERSON},
                  {"no-such-contact", MD_WORD_ERROR_NO_OUTSIDE},
                  {"no-such-object", MD_WORD_ERROR_NO_OBJECT},
                  {"no_such_object", MD_WORD_ERROR_NO_OBJECT},
                  {"no-such-stage", MD_WORD_ERROR_NO_STAGE},
                  {"shadow", MD_WORD_ERROR_SHADOW},
                  {"no-passphrases", MD_WORD_ERROR_NO_PASSPHRASES},
                  {"wrong-passphrase", MD_WORD_ERROR_WRONG_PASSPHRASE},
                  {"too-many-tries", MD_WORD_ERROR_TOO_MANY_TRIES},
                  {"locked", MD_WORD_ERROR_LOCKED},
                  {"no-cause", MD_WORD_ERROR_NO_CAUSE},
                  {"bad-due", MD_WORD_ERROR_BAD_DUE}};
    const char *code = md_fact_text(answer, "error");
    const char *message = md_fact_text(answer, "message");

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strcmp(code, errors[i].code) == 0) {
            return md_say(speech, errors[i].word);
        }
    }
    unsigned reason = md_text_reason_number(code);
    if (reason != UINT16_MAX) {
        static char both[600];
        const char *advice = md_text_reason(speech->language, reason, MD_TEXT_ADVICE);
        const char *title = md_text_reason(speech->language, reason, MD_TEXT_TITLE);
        if (advice[0] == '\0') {
            return title;
        }
        md_text_fill(both, sizeof(both), speech->language, MD_WORD_REFUSAL_ADVICE, title, advice,
                     NULL);
        return both;
    }
    return message[0] != '\0' ? message : code;
}
