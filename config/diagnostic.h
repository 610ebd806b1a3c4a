/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about a configuration: file, line, path of the setting, message and hint; collects up to
 * CFG_FINDINGS_MAX and counts the rest. It never prints by itself except into a stream it is given.
 */
#ifndef CONFIG_DIAGNOSTIC_H
#define CONFIG_DIAGNOSTIC_H

#include <stdbool.h>
#include <stdio.h>

#define CFG_FINDINGS_MAX 100
struct cfg_finding {
    bool warning;
    int line; /* 0: the file as a whole */
    char file[256];
    char path[128];    /* "ups[0].interval" */
    char message[320]; /* one line; a hint is part of it, after "; " */
};
struct cfg_findings {
    int count;   /* stored */
    int errors;  /* all errors, also those that were not stored */
    int dropped; /* beyond CFG_FINDINGS_MAX */
    struct cfg_finding list[CFG_FINDINGS_MAX];
};

/* Adds one; printf-style message. */
void cfg_finding_add(struct cfg_findings *findings, bool warning, const char *file, int line,
                     const char *path, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* "FILE:LINE: path: message" a line ("warning: " before the message of a warning), in file and line
 * order; says how many were dropped. */
void cfg_findings_print(const struct cfg_findings *findings, FILE *stream);
/* The verdict of --check in one line: "FILE: good", "FILE: good, 1 warning", "FILE: refused,
 * 2 errors, 1 warning". */
void cfg_findings_sum_up(const struct cfg_findings *findings, const char *file, FILE *stream);

#endif
