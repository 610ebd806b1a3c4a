/* SPDX-License-Identifier: Apache-2.0 */
/* Which answer belongs to which command of the other engine (see replay_answers.h). It invents no
 * answer: what the world never did stays unanswered. */
#include "monitord/replay_answers.h"

#include <string.h>

static struct md_replay_act act_of(const struct fo_command *command)
{
    struct md_replay_act act = {.kind = command->kind,
                                .server = command->server,
                                .line = command->line,
                                .incident = command->incident};

    if (command->kind == FO_COMMAND_NOTIFY) {
        act.person = command->notify.person;
        act.channel = command->notify.channel;
        act.message = command->notify.message;
        act.incident = command->notify.incident;
    }
    return act;
}

static bool same_act(const struct md_replay_act *a, const struct md_replay_act *b)
{
    return a->kind == b->kind && a->server == b->server && a->line == b->line &&
           a->person == b->person && a->channel == b->channel && a->message == b->message &&
           a->incident == b->incident;
}

void md_replay_answers_forget(struct md_replay_answers *answers)
{
    memset(answers, 0, sizeof(*answers));
}

static void note(struct md_replay_asked *list, unsigned *next, const struct fo_output *out)
{
    for (uint32_t i = 0; i < out->command_count; i++) {
        if (out->commands[i].key.sequence != 0) {
            list[*next] = (struct md_replay_asked){out->commands[i].key, act_of(&out->commands[i])};
            *next = (*next + 1) % MD_REPLAY_ANSWERS_MAX;
        }
    }
}

void md_replay_answers_note(struct md_replay_answers *answers, const struct fo_output *recorded,
                            const struct fo_output *other)
{
    note(answers->recorded, &answers->recorded_next, recorded);
    note(answers->other, &answers->other_next, other);
}

static struct md_replay_asked *find(struct md_replay_asked *list, struct fo_key key)
{
    for (unsigned i = 0; i < MD_REPLAY_ANSWERS_MAX; i++) {
        if (fo_key_equal(list[i].key, key)) {
            return &list[i];
        }
    }
    return NULL;
}

/* The oldest command of the other engine that wants this act. */
static struct md_replay_asked *find_act(struct md_replay_answers *answers,
                                        const struct md_replay_act *act)
{
    struct md_replay_asked *found = NULL;

    for (unsigned i = 0; i < MD_REPLAY_ANSWERS_MAX; i++) {
        struct md_replay_asked *asked = &answers->other[i];

        if (asked->key.sequence != 0 && same_act(&asked->act, act) &&
            (found == NULL || asked->key.sequence < found->key.sequence)) {
            found = asked;
        }
    }
    return found;
}

struct fo_event md_replay_answers_for_other(struct md_replay_answers *answers,
                                            const struct fo_event *event)
{
    struct fo_event given = *event;
    struct md_replay_asked *recorded, *other;

    if (event->kind != FO_EVENT_RESULT ||
        (recorded = find(answers->recorded, event->result.key)) == NULL) {
        return given; /* a command from before the recording has the same key on both sides */
    }
    other = find_act(answers, &recorded->act);
    if (other != NULL) {
        given.result.key = other->key;
        other->key.sequence = 0;
    } else {
        answers->spares[answers->spare_next] =
            (struct md_replay_spare){true, recorded->act, event->result};
        answers->spare_next = (answers->spare_next + 1) % MD_REPLAY_ANSWERS_MAX;
        given.kind = FO_EVENT_TICK;
    }
    recorded->key.sequence = 0;
    return given;
}

bool md_replay_answers_late(struct md_replay_answers *answers, const struct fo_event *event,
                            struct fo_event *late)
{
    for (unsigned i = 0; i < MD_REPLAY_ANSWERS_MAX; i++) {
        struct md_replay_spare *spare = &answers->spares[i];
        struct md_replay_asked *asked = spare->used ? find_act(answers, &spare->act) : NULL;

        if (asked == NULL) {
            continue;
        }
        *late = (struct fo_event){.kind = FO_EVENT_RESULT,
                                  .now_us = event->now_us,
                                  .wall_ms = event->wall_ms,
                                  .result = spare->result};
        late->result.key = asked->key;
        asked->key.sequence = 0;
        spare->used = false;
        return true;
    }
    return false;
}
