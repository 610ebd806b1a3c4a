/* SPDX-License-Identifier: Apache-2.0 */
/* Reads channels: the ways to reach people, and which lines each of them hangs on. It never sends
 * anything and never opens a password file; what must hold among the keys of one kind is
 * channel_check.c's. Called by load.c after the lines and before the people. */
#include "config/channel_check.h"
#include "config/decode.h"
#include "config/decode_device.h"

#define AT(field) offsetof(struct cfg_channel_text, field)
#define FILE_KEY(key)                                               \
    {                                                               \
#key, CFG_TYPE_PATH, false, AT(key), NULL, 0, 0, NULL, NULL \
    }
#define TEXT_KEY(key)                                                 \
    {                                                                 \
#key, CFG_TYPE_TEXT, false, AT(key), NULL, 0, 200, NULL, NULL \
    }
static const struct cfg_key channel_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, AT(kind), NULL, 0, 0, cfg_words_channel, NULL},
    {"needs", CFG_TYPE_TEXTS, false, AT(needs), NULL, 0, FO_LINES_MAX, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, AT(timeout), NULL, FO_SECOND, 10 * FO_MINUTE, NULL, NULL},
    {"retry", CFG_TYPE_DURATION, false, AT(retry), "30s", FO_SECOND, FO_HOUR, NULL, NULL},
    {"retries", CFG_TYPE_INTEGER, false, AT(retries), "3", 0, 20, NULL, NULL},
    {"hold", CFG_TYPE_DURATION, false, AT(hold), "0s", 0, 24 * FO_HOUR, NULL, NULL},
    TEXT_KEY(url),
    TEXT_KEY(from),
    TEXT_KEY(username),
    FILE_KEY(password_file),
    FILE_KEY(ca_file),
    {"tls_required", CFG_TYPE_BOOL, false, AT(tls_required), "true", 0, 0, NULL, NULL},
    FILE_KEY(command),
    FILE_KEY(device),
    FILE_KEY(contacts_file),
    FILE_KEY(spool),
    FILE_KEY(pin_file),
    {"baud", CFG_TYPE_INTEGER, false, AT(baud), "115200", 1200, 921600, NULL, NULL},
    {"delivery_reports", CFG_TYPE_BOOL, false, AT(delivery_reports), "true", 0, 0, NULL, NULL},
    {"address", CFG_TYPE_ADDRESS, false, AT(address), NULL, 0, 0, NULL, NULL},
    FILE_KEY(token_file),
    TEXT_KEY(answers_url),
    {"snmp", CFG_TYPE_GROUP, false, AT(snmp), NULL, 0, 0, NULL, &cfg_table_snmp},
    FILE_KEY(phrases),
};
const struct cfg_table cfg_table_channel = CFG_TABLE("a channel", channel_keys);

/* A page by SMS is proven by the network's report, a call by a person who listens and answers. */
static fo_us timeout_of(const struct cfg_channel_text *text)
{
    if (text->timeout > 0) {
        return text->timeout;
    }
    return text->kind == FO_CHANNEL_SMS || text->kind == FO_CHANNEL_SIP ? 90 * FO_SECOND
                                                                        : 15 * FO_SECOND;
}

static void channel_fill(const struct cfg_channel_text *text, struct cfg_channel *channel)
{
    bool webhook = text->kind == FO_CHANNEL_WEBHOOK;
    *channel = (struct cfg_channel){.name = text->name,
                                    .kind = text->kind,
                                    .smtp = {.url = text->url,
                                             .from = text->from,
                                             .username = text->username,
                                             .password_file = text->password_file,
                                             .ca_file = text->ca_file,
                                             .tls_required = text->tls_required},
                                    .command = text->command,
                                    .device = text->device,
                                    .contacts_file = text->contacts_file,
                                    .address = text->address.address,
                                    .sms = {.spool = text->spool,
                                            .pin_file = text->pin_file,
                                            .baud = (uint32_t)text->baud,
                                            .delivery_reports = text->delivery_reports},
                                    .webhook = {.url = webhook ? text->url : NULL,
                                                .ca_file = text->ca_file,
                                                .token_file = text->token_file,
                                                .answers_url = text->answers_url},
                                    .snmp = text->snmp,
                                    .sip = {.from = text->from, .phrases = text->phrases}};
}

static void channel_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                           struct site *site)
{
    struct cfg_channel_text text = {.kind = FO_CHANNEL_KINDS};
    cfg_table_read(source, group, &cfg_table_channel, &text);
    cfg_name_unique(source, group, "name", site->channels, sizeof site->channels[0], index,
                    text.name);
    if (text.kind != FO_CHANNEL_KINDS) {
        cfg_channel_check(source, group, &text);
    }
    struct cfg_channel *channel = &site->channels[index];
    struct fo_channel_policy *policy = &site->policy.channels[index];
    channel_fill(&text, channel);
    channel->line = cfg_line_at(group, NULL);
    policy->kind = text.kind;
    uint64_t needs_lines = cfg_names_resolve(source, group, "needs", &text.needs, site->lines,
                                             sizeof site->lines[0], site->line_count, "line");
    policy->needs_lines = text.kind == FO_CHANNEL_TERMINAL ? 0 : needs_lines;
    for (unsigned line = 0; line < site->line_count; line++) {
        if (policy->needs_lines >> line & 1) {
            channel->interfaces[line] = site->lines[line].interface;
        }
    }
    policy->timeout_us = timeout_of(&text);
    policy->retry_us = text.retry;
    policy->retries = (uint8_t)text.retries;
    policy->hold_us = text.hold;
    if (text.hold > 0 && text.needs.count == 0) {
        cfg_error_at(source, group, "hold",
                     "is not used without needs; a channel that needs no line waits for none");
    }
}

void cfg_decode_channels(struct cfg_source *source, struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned count = cfg_list_count(source, root, "channels", FO_CHANNELS_MAX);
    bool terminal = false;
    for (unsigned i = 0; i < count; i++) {
        config_setting_t *group = cfg_list_item(root, "channels", i);
        if (group != NULL) {
            channel_decode(source, group, i, site);
            terminal = terminal || site->channels[i].kind == FO_CHANNEL_TERMINAL;
        }
    }
    site->channel_count = site->policy.channel_count = (uint8_t)count;
    if (count > 0 && !terminal) {
        cfg_error_at(source, root, "channels",
                     "has no terminal; the screen of the centre is the one way to reach people "
                     "that needs nothing else: { name = \"terminal\"; kind = \"terminal\"; }");
    }
}
