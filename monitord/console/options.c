/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the command line of monitorctl and chooses language and character set from the
 * environment. It owns the list of commands; it does nothing else. */
#include "monitord/console/options.h"

#include "config/units.h"
#include "monitord/fact.h"

#include <getopt.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int least, most; /* further words on the command line */
} commands[] = {
    {"status", 0, 0},  {"watch", 0, 0},    {"incidents", 0, 0},  {"show", 1, 1},
    {"ack", 1, 1},     {"own", 1, 1},      {"cannot", 1, 1},     {"resolve", 1, 1},
    {"hold", 0, 0},    {"release", 0, 0},  {"contacts", 0, 2},   {"journal", 1, 1},
    {"report", 1, 2},  {"keygen", 0, 1},   {"switch", 1, 1},     {"maintenance", 1, 1},
    {"approve", 1, 1}, {"withdraw", 1, 1}, {"approvals", 0, 0},  {"replay", 0, 1},
    {"shadow", 1, 1},  {"runbook", 1, 1},  {"passphrase", 1, 1}, {"handover", 0, 0},
    {"away", 0, 1},    {"back", 0, 1},     {"raise", 0, 1},      {"merge", 2, 2},
    {"called", 3, 3},  {"outside", 2, 2},  {"adopt", 0, 0},      {"drill", 1, 3},
    {"power", 1, 2},
};

/* What the environment says about this terminal; the site's language comes later. */
static void environment_read(struct md_options *options)
{
    const char *language = getenv("LC_ALL");
    const char *terminal = getenv("TERM");

    if (language == NULL || language[0] == '\0') {
        language = getenv("LC_MESSAGES");
    }
    if (language == NULL || language[0] == '\0') {
        language = getenv("LANG");
    }
    /* the kernel's own console has glyphs for neither Japanese nor the marks, whatever the locale
     * says */
    bool console = terminal != NULL && strcmp(terminal, "linux") == 0;
    options->speech.ascii = console || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    options->speech.language = CFG_LANGUAGE_EN;
    if (language != NULL && strncmp(language, "ja", 2) == 0 && !options->speech.ascii && !console) {
        options->speech.language = CFG_LANGUAGE_JA;
    }
    options->socket = getenv("NOROSHI_SOCKET");
    if (options->socket == NULL || options->socket[0] == '\0') {
        options->socket = MD_SOCKET_DEFAULT;
    }
}

struct md_speech md_options_speech(const struct md_options *options, const json_t *status)
{
    struct md_speech speech = options->speech;
    const char *terminal = getenv("TERM");
    bool console = terminal != NULL && strcmp(terminal, "linux") == 0;
    const char *language = md_fact_text(status, "language");

    if (options->language_given || language[0] == '\0') {
        return speech;
    }
    speech.language = strcmp(language, "ja") == 0 && !speech.ascii && !console ? CFG_LANGUAGE_JA
                                                                               : CFG_LANGUAGE_EN;
    return speech;
}

/* What to say when a command lacks its word. */
static const char *missing(const char *command)
{
    if (strcmp(command, "journal") == 0) {
        return "say `journal verify`";
    }
    if (strcmp(command, "drill") == 0) {
        return "say `drill plan`, `start`, `status`, `abort`, `report`, `rehearse`, `switchover` "
               "or `give-back`";
    }
    if (strcmp(command, "passphrase") == 0) {
        return "of which person?";
    }
    if (strcmp(command, "runbook") == 0) {
        return "of which incident or code? `monitorctl incidents` lists them";
    }
    if (strcmp(command, "shadow") == 0) {
        return "say `shadow report`";
    }
    if (strcmp(command, "switch") == 0) {
        return "to which server? `monitorctl status` lists them";
    }
    if (strcmp(command, "maintenance") == 0) {
        return "say `maintenance begin` or `maintenance end`";
    }
    if (strcmp(command, "report") == 0) {
        return "of which incident? `monitorctl incidents --all` lists them; or `report month`";
    }
    if (strcmp(command, "merge") == 0) {
        return "which incident into which? `monitorctl incidents` lists them";
    }
    if (strcmp(command, "called") == 0) {
        return "say the incident, the person, and no-answer, reached, taken or cannot";
    }
    if (strcmp(command, "outside") == 0) {
        return "say the incident and whom; `monitorctl contacts tree INC` lists them";
    }
    if (strcmp(command, "approve") == 0 || strcmp(command, "withdraw") == 0) {
        return "which request? `monitorctl approvals` lists them";
    }
    return "which incident? `monitorctl incidents` lists them";
}

static bool maintenance_check(const struct md_options *options, char *error, size_t size)
{
    bool begins = strcmp(options->argument, "begin") == 0;
    bool ended = options->until != NULL || options->for_s != 0;

    if (!begins && strcmp(options->argument, "end") != 0) {
        snprintf(error, size, "maintenance: do not know \"%s\"; say begin or end",
                 options->argument);
        return false;
    }
    if (options->server != NULL && options->target != NULL) {
        snprintf(error, size, "maintenance: --target says it already; leave --server out");
        return false;
    }
    if (begins && options->reason == NULL) {
        snprintf(error, size, "maintenance begin needs a reason: --reason \"UPS battery change\"");
        return false;
    }
    if (begins && (options->until != NULL) == (options->for_s != 0)) {
        snprintf(error, size, "maintenance begin needs an end: --for 90min or --until 18:00");
        return false;
    }
    if (!begins && ended) {
        snprintf(error, size, "maintenance end takes neither --for nor --until");
        return false;
    }
    return true;
}

static bool contacts_check(const struct md_options *options, char *error, size_t size)
{
    static const char *const words[] = {"check", "test", "drill", "end", "tree"};
    bool takes_incident = false, known = options->argument == NULL;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !known; i++) {
        known = strcmp(options->argument, words[i]) == 0;
        takes_incident = known && i >= 3;
    }
    if (!known) {
        snprintf(error, size, "contacts: do not know \"%s\"; say check, test, drill, end or tree",
                 options->argument);
        return false;
    }
    if (takes_incident != (options->second != NULL)) {
        snprintf(
            error, size,
            takes_incident ? "contacts %s: which incident?" : "contacts %s takes no further word",
            options->argument != NULL ? options->argument : "");
        return false;
    }
    return true;
}

static bool command_take(struct md_options *options, int count, char **words, char *error,
                         size_t size)
{
    options->command = words[0];
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(words[0], commands[i].name) != 0) {
            continue;
        }
        if (count - 1 < commands[i].least) {
            snprintf(error, size, "%s: %s", words[0], missing(words[0]));
            return false;
        }
        if (count - 1 > commands[i].most) {
            snprintf(error, size, "%s: do not know what to do with \"%s\"", words[0],
                     words[1 + commands[i].most]);
            return false;
        }
        options->argument = count > 1 ? words[1] : NULL;
        options->second = count > 2 ? words[2] : NULL;
        options->third = count > 3 ? words[3] : NULL;
        if (strcmp(words[0], "journal") == 0 && strcmp(words[1], "verify") != 0) {
            snprintf(error, size, "journal: do not know \"%s\"; say `journal verify`", words[1]);
            return false;
        }
        if (strcmp(words[0], "shadow") == 0 && strcmp(words[1], "report") != 0) {
            snprintf(error, size, "shadow: do not know \"%s\"; say `shadow report`", words[1]);
            return false;
        }
        if (strcmp(words[0], "contacts") == 0 && !contacts_check(options, error, size)) {
            return false;
        }
        return strcmp(words[0], "maintenance") != 0 || maintenance_check(options, error, size);
    }
    snprintf(error, size, "do not know the command \"%s\"; `monitorctl --help` lists them",
             words[0]);
    return false;
}

/* Seconds in "90min", "2h", "600s", spelled as in the site file; 0 when it is none, holds a part of
 * a second, or is more than a day. */
static long duration_s(const char *text)
{
    int64_t us = 0;
    bool good = cfg_measure_parse(CFG_MEASURE_DURATION, text, &us) == CFG_PARSED_OK &&
                us % FO_SECOND == 0 && us <= 24 * FO_HOUR;

    return good ? (long)(us / FO_SECOND) : 0;
}

static bool is_clock(const char *text)
{
    return strlen(text) == 5 && strspn(text, "0123456789:") == 5 && text[2] == ':' &&
           strchr(text, ':') == strrchr(text, ':') && strncmp(text, "24", 2) < 0 && text[3] < '6';
}

/* Where the text of such an option goes; NULL: it is no plain text. */
static const char **text_of(struct md_options *options, int letter)
{
    switch (letter) {
        case 's':
            return &options->socket;
        case 'f':
            return &options->file;
        case 'c':
            return &options->config;
        case 'w':
            return &options->with;
        case 'n':
            return &options->server;
        case 't':
            return &options->target;
        case 'A':
            return &options->as;
        case 'R':
            return &options->reason;
        case 'D':
            return &options->directory;
        case 'C':
            return &options->cause;
        case 'P':
            return &options->prevention;
        case 'E':
            return &options->deferral;
        case 'U':
            return &options->due;
        default:
            return NULL;
    }
}

static bool option_take(struct md_options *options, int letter, char *error, size_t size)
{
    const char **text = text_of(options, letter);

    if (text != NULL) {
        *text = optarg;
        return true;
    }
    switch (letter) {
        case 'l':
            if (strcmp(optarg, "ja") != 0 && strcmp(optarg, "en") != 0) {
                snprintf(error, size, "--language is ja or en, not \"%s\"", optarg);
                return false;
            }
            options->language_given = true;
            options->speech.language =
                strcmp(optarg, "ja") == 0 ? CFG_LANGUAGE_JA : CFG_LANGUAGE_EN;
            return true;
        case 'd':
            options->for_s = duration_s(optarg);
            if (options->for_s == 0) {
                snprintf(error, size, "--for is like 90min or 2h, at most a day, not \"%s\"",
                         optarg);
            }
            return options->for_s != 0;
        case 'u':
            options->until = optarg;
            if (!is_clock(optarg)) {
                snprintf(error, size, "--until is a time like 18:00, not \"%s\"", optarg);
            }
            return is_clock(optarg);
        case 'F':
            options->html = strcmp(optarg, "html") == 0;
            if (!options->html && strcmp(optarg, "text") != 0) {
                snprintf(error, size, "--format is text or html, not \"%s\"", optarg);
                return false;
            }
            return true;
        case 'X':
            return options->false_alarm = true;
        case 'B':
            return options->alone = true;
        case 'j':
            return options->json = true;
        case 'a':
            return options->all = true;
        case 'p':
            return options->plain = true;
        case 'q':
            return options->quiet = true;
        case 'h':
            return options->help = true;
        case 'v':
            return options->version = true;
        default:
            return false;
    }
}

bool md_options_parse(struct md_options *options, int count, char **arguments, char *error,
                      size_t size)
{
    static const struct option long_options[] = {{"socket", required_argument, NULL, 's'},
                                                 {"language", required_argument, NULL, 'l'},
                                                 {"file", required_argument, NULL, 'f'},
                                                 {"config", required_argument, NULL, 'c'},
                                                 {"server", required_argument, NULL, 'n'},
                                                 {"target", required_argument, NULL, 't'},
                                                 {"for", required_argument, NULL, 'd'},
                                                 {"until", required_argument, NULL, 'u'},
                                                 {"with", required_argument, NULL, 'w'},
                                                 {"format", required_argument, NULL, 'F'},
                                                 {"directory", required_argument, NULL, 'D'},
                                                 {"cause", required_argument, NULL, 'C'},
                                                 {"prevention", required_argument, NULL, 'P'},
                                                 {"defer", required_argument, NULL, 'E'},
                                                 {"due", required_argument, NULL, 'U'},
                                                 {"false-alarm", no_argument, NULL, 'X'},
                                                 {"as", required_argument, NULL, 'A'},
                                                 {"reason", required_argument, NULL, 'R'},
                                                 {"break-glass", no_argument, NULL, 'B'},
                                                 {"json", no_argument, NULL, 'j'},
                                                 {"all", no_argument, NULL, 'a'},
                                                 {"plain", no_argument, NULL, 'p'},
                                                 {"quiet", no_argument, NULL, 'q'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {"version", no_argument, NULL, 'v'},
                                                 {NULL, 0, NULL, 0}};
    int letter;

    *options = (struct md_options){0};
    environment_read(options);
    opterr = 0;
    optind = 0; /* start over: a test parses more than one line */
    while ((letter = getopt_long(count, arguments, ":h", long_options, NULL)) != -1) {
        if (letter == '?' || letter == ':') {
            snprintf(error, size,
                     letter == ':' ? "%s needs a value; see `monitorctl --help`"
                                   : "do not know the option %s; see `monitorctl --help`",
                     arguments[optind - 1]);
            return false;
        }
        if (!option_take(options, letter, error, size)) {
            return false;
        }
    }
    if (options->help || options->version) {
        return true;
    }
    if (optind >= count) {
        snprintf(error, size, "what to do? `monitorctl --help` lists the commands");
        return false;
    }
    return command_take(options, count - optind, arguments + optind, error, size);
}
