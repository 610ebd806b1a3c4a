/* SPDX-License-Identifier: Apache-2.0 */
/* What `monitorctl --help` says, Japanese and English side by side. It owns wording only; main.c
 * calls it. */
#ifndef MONITORD_CONSOLE_TEXT_HELP_H
#define MONITORD_CONSOLE_TEXT_HELP_H

#include "config/site.h"

#include <stdio.h>

/* Writes the summary of all commands, at most 80 columns wide. */
void md_text_help_print(FILE *out, enum cfg_language language);

#endif
