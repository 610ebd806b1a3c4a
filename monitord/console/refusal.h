/* SPDX-License-Identifier: Apache-2.0 */
/* A refusal of the daemon put into words. Pure. */
#ifndef MONITORD_CONSOLE_REFUSAL_H
#define MONITORD_CONSOLE_REFUSAL_H

#include "monitord/console/speech.h"

/* The words of "error" of an answer that is not ok, with what to do about it where that is known;
 * its own message for a code without words. Lives as long as the answer, or until the next call. */
const char *md_refusal(const struct md_speech *speech, const json_t *answer);

#endif
