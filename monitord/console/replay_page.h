/* SPDX-License-Identifier: Apache-2.0 */
/* The replay as text, 80 columns: each decision with its time, what gave rise to it, its why and
 * its why-not. Pure but for the stream it prints to; replay.c calls it. */
#ifndef MONITORD_CONSOLE_REPLAY_PAGE_H
#define MONITORD_CONSOLE_REPLAY_PAGE_H

#include "monitord/console/speech.h"
#include "monitord/replay.h"

#include <stdio.h>

struct md_replay_page {
    FILE *out;
    const struct md_speech *speech;
    const char *timezone; /* of the recording; NULL: the environment's */
    bool beside;          /* two policies: only what differs, in two columns */
    uint64_t alike;       /* decisions before the first difference */
    bool differed;
};

void md_replay_page_decision(struct md_replay_page *page,
                             const struct md_replay_decision *decision);
void md_replay_page_gap(struct md_replay_page *page, const struct md_replay_gap *gap);
/* The counts and the verdict. title: the incident or the file. */
void md_replay_page_end(struct md_replay_page *page, const char *title,
                        const struct md_replay_summary *summary);
/* One record in words: "指令サーバ停止（主系 dispatch-1）", "× 切替の間隔: …". */
void md_replay_say_record(const struct md_speech *speech, const struct site *site,
                          const struct fo_record *record, char *text, size_t size);

#endif
