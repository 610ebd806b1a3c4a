/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold among the keys of one channel: which keys a kind has, which it needs, and the form
 * of addresses. It reads no file and resolves no name. Called by decode_channels.c for each
 * channel.
 */
#ifndef CONFIG_CHANNEL_CHECK_H
#define CONFIG_CHANNEL_CHECK_H

#include "config/schema.h"

/* In the order of enum fo_channel_kind, NULL-terminated. */
extern const char *const cfg_words_channel[];

/* One channel as it was written. */
struct cfg_channel_text {
    const char *name, *url, *from, *username, *password_file, *ca_file, *command;
    const char *device, *contacts_file, *spool, *pin_file, *token_file, *answers_url, *phrases;
    uint8_t kind; /* enum fo_channel_kind */
    bool tls_required, delivery_reports;
    struct cfg_texts needs;
    struct cfg_endpoint address;
    struct cfg_snmp snmp;
    int64_t timeout, retry, retries, hold, baud;
};
/* A finding for each key that the kind does not have, lacks or has in a wrong form. */
void cfg_channel_check(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_channel_text *text);

#endif
