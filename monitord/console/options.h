/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of monitorctl as data. It reads argv and the environment, does nothing and asks
 * nobody; main.c calls it once. */
#ifndef MONITORD_CONSOLE_OPTIONS_H
#define MONITORD_CONSOLE_OPTIONS_H

#include "monitord/console/speech.h"

#define MD_SOCKET_DEFAULT "/run/noroshi/control.sock"

/* Exit codes; those of `status` are fixed by the public interface. */
enum md_exit {
    MD_EXIT_OK = 0,      /* status: ok */
    MD_EXIT_FAILED = 1,  /* status: degraded; refused, not found, journal chain broken */
    MD_EXIT_DOWN = 2,    /* status: down */
    MD_EXIT_UNKNOWN = 3, /* status: unknown; journal or site file not readable */
    MD_EXIT_NO_DAEMON = 4,
    MD_EXIT_USAGE = 64
};

struct md_options {
    const char *socket;
    const char *command;   /* "status", "journal" …; NULL when only help or version is wanted */
    const char *argument;  /* incident, file or sub-command; NULL none */
    const char *second;    /* the word after it: a drill, a month; NULL none */
    const char *third;     /* one more; NULL none */
    const char *directory; /* --directory: where drills run; NULL: the usual place */
    const char *cause, *prevention, *deferral, *due; /* of a conclusion; NULL none */
    bool false_alarm;
    const char *file;        /* --file: a journal or a recording */
    const char *config;      /* --config: a site file */
    const char *with;        /* --with: a site file with another policy */
    const char *server;      /* --server; NULL: the whole site */
    const char *target;      /* --target; NULL: the whole site */
    const char *as;          /* --as: person; NULL: who the user is */
    const char *reason;      /* --reason; NULL none */
    const char *until;       /* --until: "HH:MM" of the site's clock; NULL none */
    long for_s;              /* --for; 0 none */
    struct md_speech speech; /* as far as the environment tells */
    bool html;               /* --format html */
    bool alone;              /* --break-glass */
    bool language_given, json, all, plain, quiet, help, version;
};

/* False: wrong usage; one sentence with a hint is in error. Strings live as long as argv. */
bool md_options_parse(struct md_options *options, int count, char **arguments, char *error,
                      size_t size);
/* The language of the site unless one was given on the command line; the environment decides what
 * a terminal can show. */
struct md_speech md_options_speech(const struct md_options *options, const json_t *status);

#endif
