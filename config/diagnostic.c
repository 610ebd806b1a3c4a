/* SPDX-License-Identifier: Apache-2.0 */
/* Collects findings up to a bound and prints them in the order a person works through them: by file
 * and line. It never decides whether a configuration is refused; load.c does, by the count of
 * errors. Called by every reader in this folder; printed by the programs' --check. */
#include "config/diagnostic.h"

#include <stdarg.h>
#include <string.h>

static void text_copy(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

void cfg_finding_add(struct cfg_findings *findings, bool warning, const char *file, int line,
                     const char *path, const char *format, ...)
{
    if (!warning) {
        findings->errors++;
    }
    if (findings->count >= CFG_FINDINGS_MAX) {
        findings->dropped++;
        return;
    }
    struct cfg_finding *finding = &findings->list[findings->count++];
    finding->warning = warning;
    finding->line = line;
    text_copy(finding->file, sizeof finding->file, file);
    text_copy(finding->path, sizeof finding->path, path);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->message, sizeof finding->message, format, arguments);
    va_end(arguments);
    for (char *byte = finding->message; *byte != '\0'; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f) {
            *byte = ' '; /* a finding is one line, whatever the file holds */
        }
    }
}

static bool finding_before(const struct cfg_finding *a, const struct cfg_finding *b)
{
    int order = strcmp(a->file, b->file);
    return order != 0 ? order < 0 : a->line < b->line;
}

void cfg_findings_print(const struct cfg_findings *findings, FILE *stream)
{
    int order[CFG_FINDINGS_MAX];
    for (int i = 0; i < findings->count; i++) { /* stable: equal lines keep their order */
        int place = i;
        while (place > 0 && finding_before(&findings->list[i], &findings->list[order[place - 1]])) {
            order[place] = order[place - 1];
            place--;
        }
        order[place] = i;
    }
    for (int i = 0; i < findings->count; i++) {
        const struct cfg_finding *finding = &findings->list[order[i]];
        fprintf(stream, "%s:%d: %s%s%s%s\n", finding->file, finding->line, finding->path,
                finding->path[0] != '\0' ? ": " : "", finding->warning ? "warning: " : "",
                finding->message);
    }
    if (findings->dropped > 0) {
        fprintf(stream, "%d more findings are not shown; correct these first\n", findings->dropped);
    }
}

void cfg_findings_sum_up(const struct cfg_findings *findings, const char *file, FILE *stream)
{
    int errors = findings->errors;
    int warnings = findings->count + findings->dropped - errors;

    fprintf(stream, "%s: %s", file, errors > 0 ? "refused" : "good");
    if (errors > 0) {
        fprintf(stream, ", %d error%s", errors, errors == 1 ? "" : "s");
    }
    if (warnings > 0) {
        fprintf(stream, ", %d warning%s", warnings, warnings == 1 ? "" : "s");
    }
    fputc('\n', stream);
}
