/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar (see roster.h). */
#include "sim/storm/roster.h"

#include "sim/storm/trace.h"

static uint64_t draw_persons(struct storm_random *random, uint64_t from, uint32_t permille)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        bool drawn = storm_random_chance(random, permille);
        persons |= drawn ? from & UINT64_C(1) << i : 0;
    }
    return persons;
}

static uint64_t of_role(const struct storm_world *world, unsigned role)
{
    uint64_t persons = 0;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        bool his = (world->policy.persons[i].roles >> role & 1) != 0;
        persons |= his ? UINT64_C(1) << i : 0;
    }
    return persons;
}

void storm_roster_change(struct storm_world *world, struct storm_random *random)
{
    struct fo_roster *roster = &world->people.roster;
    struct fo_roster before = *roster;
    *roster = (struct fo_roster){0};
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        uint64_t people = of_role(world, i);
        bool stranger = storm_random_chance(random, 100); /* a role that is not his as a rule */
        roster->on[i] = draw_persons(random, stranger ? UINT64_MAX : people, 600);
        bool overlap = storm_random_chance(random, 300);
        roster->outgoing[i] = overlap ? before.on[i] & ~roster->on[i] : 0;
        if (world->policy.roles[i].required && roster->on[i] == 0) {
            roster->gaps |= UINT32_C(1) << i;
        }
    }
    roster->extra = storm_random_chance(random, 200) ? draw_persons(random, UINT64_MAX, 200) : 0;
    world->people.roster_known = true;
    world->people.roster_due = true;
}

void storm_roster_fill(struct storm_world *world)
{
    struct fo_roster *roster = &world->people.roster;
    if (!world->people.roster_known) {
        return;
    }
    *roster = (struct fo_roster){0};
    for (unsigned i = 0; i < STORM_ROLES; i++) {
        roster->on[i] = of_role(world, i);
    }
    world->people.roster_due = true;
}

bool storm_roster_take(struct storm_world *world, bool again, struct fo_roster *roster)
{
    struct storm_people *people = &world->people;
    if (!people->roster_known || !(people->roster_due || again)) {
        return false;
    }
    people->roster_due = false;
    *roster = people->roster;
    storm_say(world, "roster: on %llx %llx %llx %llx", (unsigned long long)roster->on[0],
              (unsigned long long)roster->on[1], (unsigned long long)roster->on[2],
              (unsigned long long)roster->on[3]);
    return true;
}
