/* SPDX-License-Identifier: Apache-2.0 */
/* An engine over a recording (see engine_side.h). It decides nothing and keeps nothing but the
 * newest output. */
#include "monitord/engine_side.h"

#include "failover/image.h"
#include "monitord/engine_guard.h"

#include <stdlib.h>

struct work {
    struct md_engine_side *side;
    const struct fo_policy *policy;
    const struct fo_event *event;
    const uint8_t *image;
    size_t length;
    bool done;
};

bool md_engine_side_make(struct md_engine_side *side)
{
    side->engine = calloc(1, fo_engine_size());
    side->out = calloc(1, sizeof(*side->out));
    side->alive = false;
    return side->engine != NULL && side->out != NULL;
}

void md_engine_side_free(struct md_engine_side *side)
{
    free(side->engine);
    free(side->out);
    *side = (struct md_engine_side){0};
}

static void do_load(void *context)
{
    struct work *work = context;

    fo_engine_init(work->side->engine, work->policy);
    work->done =
        work->image == NULL || fo_image_decode(work->side->engine, work->image, work->length);
}

static void do_step(void *context)
{
    struct work *work = context;

    fo_step(work->side->engine, work->event, work->side->out);
    work->done = true;
}

static bool run(void (*what)(void *), struct work *work)
{
    struct md_guard_failure failure;

    return md_guard_run(what, work, &failure) && work->done;
}

void md_engine_side_load(struct md_engine_side *side, const struct fo_policy *policy,
                         const uint8_t *image, size_t length)
{
    struct work work = {.side = side, .policy = policy, .image = image, .length = length};

    side->alive = run(do_load, &work);
}

void md_engine_side_step(struct md_engine_side *side, const struct fo_event *event)
{
    struct work work = {.side = side, .event = event};

    side->alive = side->alive && run(do_step, &work);
    if (!side->alive) {
        side->out->command_count = side->out->record_count = 0;
        side->out->durable = false;
    }
}
