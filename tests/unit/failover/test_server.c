/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what the agents' beats tell, beat by beat: roles, lapses, flags, adoption. */
#include "failover/server.h"
#include "tests/lib/engine_fixture.h"

static uint64_t sequence;

/* A beat of a server that has heard the newest of ours. */
static struct fo_beat beat_of(uint8_t sender, enum fo_claim claim, uint64_t epoch)
{
    const struct fo_voter_state *voter = &world.engine.monitor.voter;
    struct fo_beat beat = {.sender = sender,
                           .stamp = {.boot = 70 + sender, .seq = ++sequence},
                           .claim = (uint8_t)claim,
                           .health = FO_HEALTH_OK,
                           .lease_us = world.policy.lease.lease_us,
                           .epoch = epoch,
                           .position = 100,
                           .silence_us = 0,
                           .choice = FO_VOTER_NONE,
                           .next = FO_VOTER_NONE};
    beat.echo[FO_VOTER_M] = (struct fo_stamp){voter->boot, voter->seq};
    return beat;
}

static void give_beat(struct fo_beat beat)
{
    give((struct fo_event){
        .kind = FO_EVENT_DATAGRAM,
        .datagram = {.datagram = {.kind = FO_DATAGRAM_BEAT, .to = FO_VOTER_NONE, .beat = beat}}});
}

static void begin(void)
{
    struct fo_policy policy = fixture_policy();
    world_begin_empty(&policy);
    step_for(50 * FO_MS);
}

Test(server, a_holder_is_adopted_and_recorded)
{
    begin();
    give_beat(beat_of(1, FO_CLAIM_HOLD, 7));
    cr_assert(seen(FO_REASON_ADOPTED_HOLDER));
    cr_assert_eq(seen(FO_REASON_ADOPTED_HOLDER)->subject.index, 1);
    cr_assert_eq(world.engine.active, 1);
    cr_assert_eq(world.engine.monitor.choice, 1);
    cr_assert_eq(look()->servers[1].role, FO_ROLE_ACTIVE);
    cr_assert_eq(look()->servers[1].epoch, 7);
}

Test(server, hold_want_hold_of_one_epoch_is_a_lapse)
{
    begin();
    give_beat(beat_of(0, FO_CLAIM_HOLD, 6));
    step_for(20 * FO_MS);
    give_beat(beat_of(0, FO_CLAIM_WANT, 6));
    step_for(30 * FO_MS);
    cr_assert_not(seen(FO_REASON_LEASE_LAPSED));
    give_beat(beat_of(0, FO_CLAIM_HOLD, 6));
    cr_assert(seen(FO_REASON_LEASE_LAPSED));
    cr_assert_eq(seen(FO_REASON_LEASE_LAPSED)->a, 30 * FO_MS);
}

Test(server, holding_again_under_a_new_epoch_is_no_lapse)
{
    begin();
    give_beat(beat_of(0, FO_CLAIM_HOLD, 6));
    give_beat(beat_of(0, FO_CLAIM_WANT, 6));
    give_beat(beat_of(0, FO_CLAIM_HOLD, 8));
    cr_assert_not(seen(FO_REASON_LEASE_LAPSED));
}

Test(server, a_delayed_holder_of_a_lower_epoch_does_not_take_the_role)
{
    begin();
    give_beat(beat_of(1, FO_CLAIM_HOLD, 9));
    give_beat(beat_of(0, FO_CLAIM_HOLD, 6));
    cr_assert_eq(world.engine.active, 1);
    give_beat(beat_of(0, FO_CLAIM_HOLD, 12));
    cr_assert_eq(world.engine.active, 0);
}

Test(server, a_beat_that_the_lease_core_refuses_says_nothing)
{
    begin();
    struct fo_beat beat = beat_of(0, FO_CLAIM_HOLD, 6);
    beat.echo[FO_VOTER_M].boot++;
    give_beat(beat);
    cr_assert_eq(world.engine.active, FO_NONE);
    cr_assert_eq(look()->servers[0].heartbeat_age_us, FO_NEVER);
}

Test(server, an_answer_or_a_beat_of_nobody_is_harmless)
{
    begin();
    give((struct fo_event){.kind = FO_EVENT_DATAGRAM,
                           .datagram = {.datagram = {.kind = FO_DATAGRAM_ANSWER}}});
    struct fo_beat beat = beat_of(0, FO_CLAIM_HOLD, 6);
    beat.sender = FO_VOTER_M;
    give_beat(beat);
    beat.sender = 77;
    give_beat(beat);
    cr_assert_eq(world.engine.active, FO_NONE);
}

Test(server, serving_alone_or_by_force_is_an_incident)
{
    begin();
    struct fo_beat beat = beat_of(0, FO_CLAIM_HOLD, 6);
    beat.alone = true;
    beat.forced = true;
    give_beat(beat);
    cr_assert(incident_of(FO_REASON_SERVED_ALONE));
    cr_assert(incident_of(FO_REASON_FORCED));
    cr_assert_eq(incident_of(FO_REASON_FORCED)->severity, 1);
    give_beat(beat_of(0, FO_CLAIM_HOLD, 6));
    step_until(!incident_of(FO_REASON_FORCED), FO_MINUTE);
}

Test(server, health_is_counted_since_it_was_last_failed)
{
    begin();
    give_beat(beat_of(1, FO_CLAIM_NONE, 0));
    fo_us since_us = world.engine.servers[1].healthy_us;
    cr_assert_eq(since_us, world.now_us);
    step_for(10 * FO_MS);
    struct fo_beat beat = beat_of(1, FO_CLAIM_NONE, 0);
    beat.health = FO_HEALTH_FAILED;
    give_beat(beat);
    cr_assert_eq(world.engine.servers[1].healthy_us, FO_NEVER);
    step_for(10 * FO_MS);
    give_beat(beat_of(1, FO_CLAIM_NONE, 0));
    cr_assert_eq(world.engine.servers[1].healthy_us, world.now_us);
}

Test(server, a_host_that_does_not_answer_is_counted_as_a_source)
{
    begin();
    give_probe(FO_PROBE_HOST, 0, 0, true);
    cr_assert_eq(world.engine.self.sources_ok, 1);
    give((struct fo_event){.kind = FO_EVENT_PROBE,
                           .probe = {.kind = FO_PROBE_HOST, .quality = FO_ABSENT}});
    for (int i = 0; i < 3; i++) {
        give_probe(FO_PROBE_HOST, 0, 0, false);
    }
    cr_assert_eq(world.engine.self.sources_down, 1);
    step_for(4 * FO_SECOND);
    cr_assert_eq(world.engine.self.sources_down, 0, "stale is neither");
}

Test(server, a_host_that_was_probed_lately_is_looked_at_again_when_that_is_old)
{
    world_begin();
    fo_us last_us = world.engine.servers[0].host.last_us;
    world.engine.now_us = last_us + FO_SECOND;
    cr_assert_eq(fo_server_run(&world.engine, 0), last_us + 3 * FO_SECOND);
    cr_assert_eq(world.engine.servers[0].host.state, FO_STATE_OK);
}
