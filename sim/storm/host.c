/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and inboxes of the three hosts (see host.h). */
#include "sim/storm/host.h"

#include "failover/assert.h"

#define PARTS 1000000

fo_us storm_clock_now(const struct storm_world *world, const struct storm_node *node)
{
    const struct storm_clock *clock = &node->clock;
    fo_us passed_us = world->now_us - clock->at_us;
    if (clock->ppm == 0) {
        return clock->base_us + passed_us;
    }
    return clock->base_us + passed_us * (PARTS + clock->ppm) / PARTS;
}

fo_us storm_clock_true(const struct storm_world *world, const struct storm_node *node,
                       fo_us local_us)
{
    if (local_us >= FO_NEVER / (4 * PARTS)) {
        return FO_NEVER;
    }
    const struct storm_clock *clock = &node->clock;
    fo_us rate = PARTS + clock->ppm;
    fo_us left_us = local_us - clock->base_us;
    fo_us at_us = clock->at_us + (left_us <= 0 ? 0 : (left_us * PARTS + rate - 1) / rate);
    return at_us > world->now_us ? at_us : world->now_us;
}

void storm_clock_rate(struct storm_world *world, struct storm_node *node, int64_t ppm)
{
    fo_us local_us = storm_clock_now(world, node);
    node->clock = (struct storm_clock){.base_us = local_us, .at_us = world->now_us, .ppm = ppm};
}

int64_t storm_clock_draw(struct storm_world *world, struct storm_random *random)
{
    int64_t bound = world->policy.lease.drift_ppm;
    switch (storm_random_below(random, 4)) {
        case 0:
            return bound;
        case 1:
            return -bound;
        default:
            return storm_random_between(random, -bound, bound);
    }
}

void storm_host_init(struct storm_world *world)
{
    struct storm_random random = storm_random_stream(world->seed, "hosts", 0);
    for (uint8_t i = 0; i < FO_VOTERS; i++) {
        struct storm_node *node = &world->nodes[i];
        node->self = i;
        node->host_up = true;
        node->froze_us = FO_NEVER;
        node->clock.base_us = storm_random_below(&random, 1000 * FO_SECOND);
        node->clock.ppm = storm_clock_draw(world, &random);
        node->start_us = storm_random_below(&random, FO_SECOND);
    }
}

uint64_t storm_host_boot(struct storm_world *world)
{
    world->boots++;
    uint64_t boot = storm_random_mix(world->seed, world->boots);
    return boot != 0 ? boot : 1;
}

bool storm_host_awake(const struct storm_world *world, const struct storm_node *node)
{
    return node->up && node->until_us <= world->now_us;
}

bool storm_host_gate_open(const struct storm_world *world, unsigned server)
{
    fo_us gate_us = world->servers[server].gate_us;
    return gate_us != 0 && storm_clock_now(world, &world->nodes[server]) < gate_us;
}

fo_us storm_host_lateness(struct storm_world *world)
{
    if (!storm_random_chance(&world->process, world->late_permille)) {
        return 0;
    }
    return storm_random_scale(&world->process, 50, 5 * FO_MS);
}

bool storm_inbox_put(struct storm_node *node, const struct storm_letter *letter)
{
    if (node->inbox_count == STORM_INBOX_MAX) {
        return false;
    }
    node->inbox[(node->inbox_first + node->inbox_count++) % STORM_INBOX_MAX] = *letter;
    return true;
}

const struct storm_letter *storm_inbox_take(struct storm_node *node)
{
    FO_ASSERT(node->inbox_count > 0);
    const struct storm_letter *letter = &node->inbox[node->inbox_first];
    node->inbox_first = (node->inbox_first + 1) % STORM_INBOX_MAX;
    node->inbox_count--;
    return letter;
}
