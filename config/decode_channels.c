/* SPDX-License-Identifier: Apache-2.0 */
/* Reads channels: the ways to reach people, and which lines each of them hangs on. It never sends
 * anything and never opens a password file. Called by load.c after the lines and before the people.
 */
#include "config/decode.h"
#include "config/units.h"

#include <string.h>

/* in the order of enum fo_channel_kind */
static const char *const kind_words[] = {"terminal", "smtp",   "command", "sms", "tower",
                                         "webhook",  "inform", "sip",     NULL};

struct channel_text {
    const char *name, *url, *from, *username, *password_file, *ca_file, *command;
    uint8_t kind;
    bool tls_required;
    struct cfg_texts needs;
    int64_t timeout, retry, retries;
};
#define AT(field) offsetof(struct channel_text, field)
static const struct cfg_key channel_keys[] = {
    {"name", CFG_TYPE_NAME, true, AT(name), NULL, 0, 0, NULL, NULL},
    {"kind", CFG_TYPE_CHOICE, true, AT(kind), NULL, 0, 0, kind_words, NULL},
    {"needs", CFG_TYPE_TEXTS, false, AT(needs), NULL, 0, FO_LINES_MAX, NULL, NULL},
    {"timeout", CFG_TYPE_DURATION, false, AT(timeout), "15s", FO_SECOND, 10 * FO_MINUTE, NULL,
     NULL},
    {"retry", CFG_TYPE_DURATION, false, AT(retry), "30s", FO_SECOND, FO_HOUR, NULL, NULL},
    {"retries", CFG_TYPE_INTEGER, false, AT(retries), "3", 0, 20, NULL, NULL},
    {"url", CFG_TYPE_TEXT, false, AT(url), NULL, 0, 200, NULL, NULL},
    {"from", CFG_TYPE_TEXT, false, AT(from), NULL, 0, 200, NULL, NULL},
    {"username", CFG_TYPE_TEXT, false, AT(username), NULL, 0, 200, NULL, NULL},
    {"password_file", CFG_TYPE_PATH, false, AT(password_file), NULL, 0, 0, NULL, NULL},
    {"ca_file", CFG_TYPE_PATH, false, AT(ca_file), NULL, 0, 0, NULL, NULL},
    {"tls_required", CFG_TYPE_BOOL, false, AT(tls_required), "true", 0, 0, NULL, NULL},
    {"command", CFG_TYPE_PATH, false, AT(command), NULL, 0, 0, NULL, NULL},
};
const struct cfg_table cfg_table_channel = CFG_TABLE("a channel", channel_keys);

/* ---- mail ----------------------------------------------------------------------------------- */

static void url_check(struct cfg_source *source, config_setting_t *group,
                      const struct channel_text *text)
{
    bool plain = strncmp(text->url, "smtp://", 7) == 0;
    bool wrapped = strncmp(text->url, "smtps://", 8) == 0;
    if (!plain && !wrapped) {
        cfg_error_at(source, group, "url",
                     "must begin with smtp:// or smtps://, like \"smtp://192.0.2.25:25\"");
        return;
    }
    struct cfg_address ignored;
    const char *problem = cfg_address_parse(text->url + (plain ? 7 : 8), &ignored);
    if (problem != NULL) {
        cfg_error_at(source, group, "url", "\"%.80s\" %s", text->url, problem);
    }
}

static void smtp_check(struct cfg_source *source, config_setting_t *group,
                       const struct channel_text *text)
{
    static const char *const needed[] = {"url", "from"};
    for (unsigned i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (cfg_member(group, needed[i]) == NULL) {
            cfg_error_at(source, group, needed[i], "is missing; mail cannot be sent without it");
        }
    }
    if (text->url != NULL) {
        url_check(source, group, text);
    }
    if (text->from != NULL && strchr(text->from, '@') == NULL) {
        cfg_error_at(source, group, "from", "is not a mail address");
    }
    if ((text->username == NULL) != (text->password_file == NULL)) {
        cfg_error_at(source, group, text->username != NULL ? "password_file" : "username",
                     "is missing; username and password_file go together");
    }
    if (text->username != NULL && !text->tls_required) {
        cfg_warning_at(source, group, "tls_required",
                       "is false, so the password may travel in the clear");
    }
}

/* ---- any channel ---------------------------------------------------------------------------- */

static void kind_check(struct cfg_source *source, config_setting_t *group,
                       const struct channel_text *text)
{
    static const char *const mail_keys[] = {"url",           "from",    "username",
                                            "password_file", "ca_file", "tls_required"};
    for (unsigned i = 0; i < sizeof mail_keys / sizeof mail_keys[0]; i++) {
        if (text->kind != FO_CHANNEL_SMTP && cfg_member(group, mail_keys[i]) != NULL) {
            cfg_error_at(source, group, mail_keys[i], "means nothing but for kind = \"smtp\"");
        }
    }
    if (text->kind != FO_CHANNEL_COMMAND && cfg_member(group, "command") != NULL) {
        cfg_error_at(source, group, "command", "means nothing but for kind = \"command\"");
    }
    if (text->kind == FO_CHANNEL_SMTP) {
        smtp_check(source, group, text);
    } else if (text->kind == FO_CHANNEL_COMMAND) {
        if (cfg_member(group, "command") == NULL) {
            cfg_error_at(source, group, "command", "is missing; the program that sends");
        }
    } else if (text->kind != FO_CHANNEL_TERMINAL) {
        cfg_error_at(source, group, "kind",
                     "\"%s\" is not supported by this version; write kind = \"command\" with a "
                     "program that does it",
                     kind_words[text->kind]);
    }
    if (text->kind == FO_CHANNEL_TERMINAL && text->needs.count > 0) {
        cfg_error_at(source, group, "needs", "a terminal needs no line");
    }
}

static void channel_decode(struct cfg_source *source, config_setting_t *group, unsigned index,
                           struct site *site)
{
    struct channel_text text = {.kind = FO_CHANNEL_KINDS};
    cfg_table_read(source, group, &cfg_table_channel, &text);
    cfg_name_unique(source, group, "name", site->channels, sizeof site->channels[0], index,
                    text.name);
    if (text.kind != FO_CHANNEL_KINDS) {
        kind_check(source, group, &text);
    }
    struct cfg_channel *channel = &site->channels[index];
    struct fo_channel_policy *policy = &site->policy.channels[index];
    *channel = (struct cfg_channel){.name = text.name,
                                    .kind = text.kind,
                                    .smtp = {.url = text.url,
                                             .from = text.from,
                                             .username = text.username,
                                             .password_file = text.password_file,
                                             .ca_file = text.ca_file,
                                             .tls_required = text.tls_required},
                                    .command = text.command,
                                    .line = cfg_line_at(group, NULL)};
    policy->kind = text.kind;
    uint64_t needs_lines = cfg_names_resolve(source, group, "needs", &text.needs, site->lines,
                                             sizeof site->lines[0], site->line_count, "line");
    policy->needs_lines = text.kind == FO_CHANNEL_TERMINAL ? 0 : needs_lines;
    for (unsigned line = 0; line < site->line_count; line++) {
        if (policy->needs_lines >> line & 1) {
            channel->interfaces[line] = site->lines[line].interface;
        }
    }
    policy->timeout_us = text.timeout;
    policy->retry_us = text.retry;
    policy->retries = (uint8_t)text.retries;
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
