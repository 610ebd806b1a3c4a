/* SPDX-License-Identifier: Apache-2.0 */
/* What the two ways of sending short messages share: through a modem of our own (channel_sms.c) and
 * through the folders of gammu-smsd (channel_sms_spool.c): the text of a page with its code, taking
 * an answer, and the words of the reply. */
#ifndef MONITORD_CHANNEL_SMS_H
#define MONITORD_CHANNEL_SMS_H

#include "monitord/at_text.h"
#include "monitord/channel.h"
#include "monitord/sms_pdu.h"

/* The short form of a page with how to answer it by SMS. */
void md_sms_text(const struct md_page *page, struct md_answers *answers, char *text, size_t size);
/* The mark that each part of a drill carries; "" otherwise. Static storage. */
const char *md_sms_mark(const struct site *site, bool drill);

struct md_answer_reply {
    enum md_answer_verdict verdict;
    char code[MD_ANSWER_CODE_SIZE];
    bool drill;
};
/* Takes what somebody has sent; false when it is nobody of the site: no reply then. */
bool md_sms_take_answer(const struct md_channel_world *world, uint8_t channel, const char *number,
                        const char *text, struct md_answer_reply *reply);
/* One short message for the sender. */
void md_sms_reply_text(const struct site *site, const struct md_answer_reply *reply, char *text,
                       size_t size);

extern const struct md_channel_kind md_channel_modem, md_channel_sms_spool;

#endif
