/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to commands, when two engines run over one recording. The world answered the commands of
 * the recorded one; the other asks for the same acts under other keys, earlier, later or never. An
 * answer is given to the command that wants the same act of the same thing or person. Pure. */
#ifndef MONITORD_REPLAY_ANSWERS_H
#define MONITORD_REPLAY_ANSWERS_H

#include "failover/command.h"

#define MD_REPLAY_ANSWERS_MAX 256 /* the oldest are forgotten */

struct md_replay_act { /* what a command wants, without its key */
    uint8_t kind, server, line, person, channel, message;
    uint32_t incident;
};
struct md_replay_asked {
    struct fo_key key; /* sequence 0: free */
    struct md_replay_act act;
};
struct md_replay_spare { /* an answer nobody has asked for yet */
    bool used;
    struct md_replay_act act;
    struct fo_result result;
};
struct md_replay_answers {
    struct md_replay_asked recorded[MD_REPLAY_ANSWERS_MAX], other[MD_REPLAY_ANSWERS_MAX];
    unsigned recorded_next, other_next;
    struct md_replay_spare spares[MD_REPLAY_ANSWERS_MAX];
    unsigned spare_next;
};

void md_replay_answers_forget(struct md_replay_answers *answers);
/* The event as the other engine gets it: a result under its own key, a tick when it has not asked,
 * anything else as it is. */
struct fo_event md_replay_answers_for_other(struct md_replay_answers *answers,
                                            const struct fo_event *event);
/* What both asked for in this step. */
void md_replay_answers_note(struct md_replay_answers *answers, const struct fo_output *recorded,
                            const struct fo_output *other);
/* The next answer that was there before the other engine asked; false when there is none. */
bool md_replay_answers_late(struct md_replay_answers *answers, const struct fo_event *event,
                            struct fo_event *late);

#endif
