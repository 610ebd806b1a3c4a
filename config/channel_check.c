/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys by kind of channel, and the form of what is written there. It owns no default.
 * decode_channels.c calls it. */
#include "config/channel_check.h"

#include "config/decode_device.h"
#include "config/serial_speed.h"
#include "config/units.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

const char *const cfg_words_channel[] = {"terminal", "smtp",   "command", "sms", "tower",
                                         "webhook",  "inform", "sip",     NULL};

#define KIND(kind) (1U << FO_CHANNEL_##kind)
/* Who has a key, and who cannot do without it, with the reason for people. */
static const struct {
    const char *key;
    unsigned has, needs;
    const char *why;
} keys[] = {
    {"url", KIND(SMTP) | KIND(WEBHOOK), KIND(SMTP) | KIND(WEBHOOK),
     "nothing can be sent without it"},
    {"from", KIND(SMTP) | KIND(SIP), KIND(SMTP) | KIND(SIP), "who the sender is"},
    {"username", KIND(SMTP), 0, NULL},
    {"password_file", KIND(SMTP), 0, NULL},
    {"ca_file", KIND(SMTP) | KIND(WEBHOOK), 0, NULL},
    {"tls_required", KIND(SMTP), 0, NULL},
    {"command", KIND(COMMAND), KIND(COMMAND), "the program that sends"},
    {"device", KIND(TERMINAL) | KIND(SMS), 0, NULL},
    {"contacts_file", KIND(SMS) | KIND(SIP), KIND(SMS) | KIND(SIP),
     "who has which number; one \"person number\" a line, mode 0600"},
    {"spool", KIND(SMS), 0, NULL},
    {"pin_file", KIND(SMS), 0, NULL},
    {"baud", KIND(SMS), 0, NULL},
    {"delivery_reports", KIND(SMS), 0, NULL},
    {"address", KIND(TOWER) | KIND(INFORM) | KIND(SIP), KIND(TOWER) | KIND(INFORM) | KIND(SIP),
     "where it listens, like \"192.0.2.40:10000\""},
    {"token_file", KIND(WEBHOOK), 0, NULL},
    {"answers_url", KIND(WEBHOOK), 0, NULL},
    {"snmp", KIND(INFORM), KIND(INFORM), "how it is spoken to, like { version = \"2c\"; … }"},
    {"phrases", KIND(SIP), KIND(SIP), "the folder of recorded phrases"},
};

/* "\"smtp\" and \"webhook\"" */
static void kinds_print(unsigned kinds, char *text, size_t size)
{
    text[0] = '\0';
    for (unsigned i = 0; i < FO_CHANNEL_KINDS; i++) {
        size_t used = strlen(text);
        if (kinds >> i & 1) {
            snprintf(text + used, size - used, "%s\"%s\"", used > 0 ? " or " : "",
                     cfg_words_channel[i]);
        }
    }
}

static void table_check(struct cfg_source *source, config_setting_t *group, unsigned kind)
{
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        bool there = cfg_member(group, keys[i].key) != NULL;
        char kinds[64];
        if (there && (keys[i].has >> kind & 1) == 0) {
            kinds_print(keys[i].has, kinds, sizeof kinds);
            cfg_error_at(source, group, keys[i].key, "is only for kind = %s", kinds);
        } else if (!there && (keys[i].needs >> kind & 1) != 0) {
            cfg_error_at(source, group, keys[i].key, "is missing; %s", keys[i].why);
        }
    }
}

/* ---- forms ---------------------------------------------------------------------------------- */

/* A URL that begins with one of two schemes and goes on with a numeric address, which may lack a
 * port for https. */
static void url_check(struct cfg_source *source, config_setting_t *group, const char *key,
                      const char *url, const char *first, const char *second)
{
    const char *scheme = strncmp(url, first, strlen(first)) == 0     ? first
                         : strncmp(url, second, strlen(second)) == 0 ? second
                                                                     : NULL;
    char host[80], with_port[96];
    if (scheme == NULL) {
        cfg_error_at(source, group, key, "must begin with %s or %s, like \"%s192.0.2.25:25\"",
                     first, second, first);
        return;
    }
    const char *at = url + strlen(scheme);
    snprintf(host, sizeof host, "%.*s", (int)strcspn(at, "/?"), at);
    const char *bracket = strrchr(host, ']');
    bool has_port = strchr(bracket != NULL ? bracket : host, ':') != NULL;
    bool web = scheme[0] == 'h';
    snprintf(with_port, sizeof with_port, "%s%s", host, web && !has_port ? ":443" : "");
    struct cfg_address ignored;
    const char *problem = cfg_address_parse(with_port, &ignored);
    if (problem != NULL) {
        cfg_error_at(source, group, key, "\"%.80s\" %s", url, problem);
    }
}

static void login_check(struct cfg_source *source, config_setting_t *group,
                        const struct cfg_channel_text *text)
{
    if ((text->username == NULL) != (text->password_file == NULL)) {
        cfg_error_at(source, group, text->username != NULL ? "password_file" : "username",
                     "is missing; username and password_file go together");
    }
}

static void smtp_check(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_channel_text *text)
{
    if (text->url != NULL) {
        url_check(source, group, "url", text->url, "smtp://", "smtps://");
    }
    if (text->from != NULL && strchr(text->from, '@') == NULL) {
        cfg_error_at(source, group, "from", "is not a mail address");
    }
    login_check(source, group, text);
    if (text->username != NULL && !text->tls_required) {
        cfg_warning_at(source, group, "tls_required",
                       "is false, so the password may travel in the clear");
    }
}

static void sms_check(struct cfg_source *source, config_setting_t *group,
                      const struct cfg_channel_text *text)
{
    if ((text->device == NULL) == (text->spool == NULL)) {
        cfg_error_at(source, group, text->device == NULL ? "device" : "spool",
                     "write either device (a modem of our own, \"/dev/ttyUSB0\") or spool (the "
                     "folders of gammu-smsd)");
    }
    if (text->spool != NULL && (text->pin_file != NULL || cfg_member(group, "baud") != NULL)) {
        cfg_error_at(source, group, text->pin_file != NULL ? "pin_file" : "baud",
                     "is not used with spool; gammu-smsd speaks to the modem");
    }
    if (cfg_serial_speed(text->baud) == B0) {
        cfg_error_at(source, group, "baud",
                     "is not a speed of serial lines; they have " CFG_SERIAL_SPEEDS);
    }
}

static void webhook_check(struct cfg_source *source, config_setting_t *group,
                          const struct cfg_channel_text *text)
{
    const struct {
        const char *key, *url;
    } urls[] = {{"url", text->url}, {"answers_url", text->answers_url}};
    for (unsigned i = 0; i < 2; i++) {
        if (urls[i].url == NULL) {
            continue;
        }
        url_check(source, group, urls[i].key, urls[i].url, "https://", "http://");
        if (strncmp(urls[i].url, "http://", 7) == 0) {
            cfg_warning_at(source, group, urls[i].key,
                           "is not encrypted; messages and tokens travel in the clear");
        }
    }
}

static bool is_on_this_host(const struct cfg_address *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->storage;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
    return address->storage.ss_family == AF_INET6
               ? IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr)
               : (ntohl(v4->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

static void sip_check(struct cfg_source *source, config_setting_t *group,
                      const struct cfg_channel_text *text)
{
    struct cfg_address ignored;
    const char *at = text->from != NULL ? strchr(text->from, '@') : NULL;
    if (cfg_member(group, "address") != NULL && text->address.address.length > 0 &&
        !is_on_this_host(&text->address.address)) {
        cfg_error_at(source, group, "address",
                     "must be on this host, like \"127.0.0.1:4444\"; baresip takes commands from "
                     "whoever reaches it there");
    }
    if (text->from == NULL) {
        return;
    }
    char host[80];
    snprintf(host, sizeof host, "%s%s", at != NULL ? at + 1 : "",
             at != NULL && strrchr(at, ':') > strrchr(at, ']') ? "" : ":5060");
    if (strncmp(text->from, "sip:", 4) != 0 || at == NULL || at == text->from + 4 ||
        cfg_address_parse(host, &ignored) != NULL ||
        strspn(text->from + 4,
               "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "-_.+") != (size_t)(at - text->from - 4)) {
        cfg_error_at(source, group, "from",
                     "must be our account as baresip has it, with a numeric address: "
                     "\"sip:noroshi@192.0.2.50\"");
    }
}

static void inform_check(struct cfg_source *source, config_setting_t *group,
                         const struct cfg_channel_text *text)
{
    cfg_snmp_check(source, group, &text->snmp);
    if (text->snmp.version == CFG_SNMP_V1) {
        cfg_error_at(source, cfg_member(group, "snmp"), "version",
                     "must be \"2c\" or \"3\"; version 1 has no message that is confirmed");
    }
}

void cfg_channel_check(struct cfg_source *source, config_setting_t *group,
                       const struct cfg_channel_text *text)
{
    table_check(source, group, text->kind);
    if (text->kind == FO_CHANNEL_SMTP) {
        smtp_check(source, group, text);
    } else if (text->kind == FO_CHANNEL_SMS) {
        sms_check(source, group, text);
    } else if (text->kind == FO_CHANNEL_WEBHOOK) {
        webhook_check(source, group, text);
    } else if (text->kind == FO_CHANNEL_INFORM && cfg_member(group, "snmp") != NULL) {
        inform_check(source, group, text);
    } else if (text->kind == FO_CHANNEL_SIP) {
        sip_check(source, group, text);
    }
    if (text->kind == FO_CHANNEL_TERMINAL && text->needs.count > 0) {
        cfg_error_at(source, group, "needs", "a terminal needs no line");
    }
}
