/* SPDX-License-Identifier: Apache-2.0 */
/* A stage of the shutdown plan in words, for the plain status and `monitorctl power plan`. Pure:
 * facts in, text out. */
#ifndef MONITORD_CONSOLE_PLAN_WORDS_H
#define MONITORD_CONSOLE_PLAN_WORDS_H

#include "monitord/console/speech.h"

/* The line of one stage of "shutdown", with its label and what becomes of it at which minute. */
void md_say_stage(const struct md_speech *speech, const json_t *plan, const json_t *stage,
                  char *text, size_t size);
/* It waits and nothing of it is off: the status says nothing of it. */
bool md_stage_is_quiet(const json_t *stage);

#endif
