/* SPDX-License-Identifier: Apache-2.0 */
/* One page to one person as text: what happened, what the machine did, what you should do, which
 * number to answer. Composed from the command, the view and the table of words; 【訓練】 and 再送
 * marks are put here and nowhere else. Channels send what they are given. */
#ifndef MONITORD_MESSAGE_H
#define MONITORD_MESSAGE_H

#include "config/site.h"
#include "failover/view.h"
#include "monitord/incident_name.h"

struct md_message {
    char incident[MD_INCIDENT_NAME_SIZE];
    char key[48];      /* idempotency key, "boot-sequence" in hex: Message-ID, Idempotency-Key */
    char subject[256]; /* one line, UTF-8 */
    char brief[512];   /* SMS form, aims at 67 characters */
    char body[4096];   /* mail form, lines ended by \n */
};
/* notify is a FO_COMMAND_NOTIFY. The incident is looked up in the view; when it is not there any
 * more the message still says its number, cause (command.reason) and that details are in the
 * journal. */
void md_message_compose(const struct site *site, const struct fo_view *view,
                        const struct fo_command *notify, fo_wall_ms wall_ms,
                        struct md_message *message);

#endif
