/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's sequence and the engine's needles. It owns one machine and never looks at the
 * mains: the start contact is its only reason to run. plant.c steps it. */
#include "sim/plant/generator.h"

#define CRANK_BATTERY_DV 180
#define BATTERY_WARN_DV 220
#define CRANK_SAG_DV 40
#define FUEL_WARN_PERMILLE 200
#define OVERLOAD_PERMILLE 1100
#define OVERLOAD_MS 10000
#define IDLE_COOLANT_MC 25000
#define RUN_COOLANT_MC 82000
#define COOLANT_STEP_MC 100
#define CRANK_RPM 180
#define RUN_OIL_KPA 420
#define LOW_FREQUENCY_PERCENT 94

void sim_generator_init(struct sim_generator *generator, const struct sim_generator_plate *plate,
                        const struct sim_fuel *fuel)
{
    *generator = (struct sim_generator){.plate = *plate,
                                        .fuel = *fuel,
                                        .mode = SIM_GEN_MODE_AUTO,
                                        .start_battery_dv = 264,
                                        .coolant_mc = IDLE_COOLANT_MC};
}

static void phase_enter(struct sim_generator *generator, enum sim_generator_phase phase)
{
    generator->phase = (uint8_t)phase;
    generator->phase_ms = 0;
}

static void alarm_set(struct sim_generator *generator, enum sim_generator_alarm alarm, bool on)
{
    uint16_t bit = (uint16_t)(1U << alarm);
    generator->alarms = (uint16_t)(on ? generator->alarms | bit : generator->alarms & ~bit);
}

void sim_generator_trip(struct sim_generator *generator, enum sim_generator_alarm alarm)
{
    alarm_set(generator, alarm, true);
    phase_enter(generator, SIM_GEN_FAULT);
}

void sim_generator_reset(struct sim_generator *generator)
{
    generator->alarms = 0;
    if (generator->phase == SIM_GEN_FAULT) {
        phase_enter(generator, SIM_GEN_STOPPED);
    }
}

static bool engine_turns(const struct sim_generator *generator)
{
    return generator->phase == SIM_GEN_WARMING || generator->phase == SIM_GEN_RUNNING ||
           generator->phase == SIM_GEN_COOLING;
}

static bool engine_can_fire(const struct sim_generator *generator)
{
    return !generator->refuses && generator->fuel.left_nl > 0 &&
           generator->start_battery_dv >= CRANK_BATTERY_DV;
}

static void crank(struct sim_generator *generator)
{
    const struct sim_generator_plate *plate = &generator->plate;
    if (generator->phase_ms >= plate->crank_ms && engine_can_fire(generator)) {
        generator->starts++;
        phase_enter(generator, SIM_GEN_WARMING);
    } else if (generator->phase_ms >= plate->crank_limit_ms) {
        if (generator->attempts >= plate->crank_attempts) {
            sim_generator_trip(generator, SIM_GEN_ALARM_FAIL_TO_START);
        } else {
            phase_enter(generator, SIM_GEN_RESTING);
        }
    }
}

static void crank_begin(struct sim_generator *generator)
{
    generator->attempts++;
    phase_enter(generator, SIM_GEN_CRANKING);
}

/* The controller's sequence, once per step. */
static void sequence_step(struct sim_generator *generator, bool asked)
{
    const struct sim_generator_plate *plate = &generator->plate;
    bool wanted = asked && generator->mode == SIM_GEN_MODE_AUTO;
    switch (generator->phase) {
        case SIM_GEN_STOPPED:
            if (wanted) {
                generator->attempts = 0;
                phase_enter(generator, SIM_GEN_PRE_START);
            }
            break;
        case SIM_GEN_PRE_START:
            if (!wanted) {
                phase_enter(generator, SIM_GEN_STOPPED);
            } else if (generator->phase_ms >= plate->start_delay_ms) {
                crank_begin(generator);
            }
            break;
        case SIM_GEN_CRANKING:
            crank(generator);
            break;
        case SIM_GEN_RESTING:
            if (generator->phase_ms >= plate->crank_rest_ms) {
                crank_begin(generator);
            }
            break;
        case SIM_GEN_WARMING:
            if (generator->phase_ms >= plate->warm_ms) {
                phase_enter(generator, SIM_GEN_RUNNING);
            }
            break;
        case SIM_GEN_RUNNING:
            if (!wanted) {
                phase_enter(generator, SIM_GEN_COOLING);
            }
            break;
        case SIM_GEN_COOLING:
            if (wanted) {
                phase_enter(generator, SIM_GEN_RUNNING);
            } else if (generator->phase_ms >= plate->cool_ms) {
                phase_enter(generator, SIM_GEN_STOPPED);
            }
            break;
        default: /* a fault stays until it is reset */
            break;
    }
    if (generator->mode == SIM_GEN_MODE_OFF && generator->phase != SIM_GEN_FAULT) {
        phase_enter(generator, SIM_GEN_STOPPED);
    }
}

/* What the needles show for the phase. */
static void needles_step(struct sim_generator *generator)
{
    const struct sim_generator_plate *plate = &generator->plate;
    uint32_t rated_rpm = plate->nominal_hz * 30; /* four poles */
    bool turns = engine_turns(generator);
    generator->oil_kpa = turns ? RUN_OIL_KPA : 0;
    generator->voltage_dv = 0;
    generator->speed_rpm =
        generator->phase == SIM_GEN_CRANKING && generator->start_battery_dv >= CRANK_BATTERY_DV
            ? CRANK_RPM
            : 0;
    if (turns) {
        generator->run_ms += SIM_STEP_MS;
        generator->speed_rpm =
            generator->low_frequency ? rated_rpm * LOW_FREQUENCY_PERCENT / 100 : rated_rpm;
        generator->voltage_dv = plate->nominal_v * 10;
        if (generator->phase == SIM_GEN_WARMING && generator->phase_ms < plate->warm_ms) {
            uint64_t built = (uint64_t)plate->nominal_v * 10 * generator->phase_ms;
            generator->voltage_dv = (uint32_t)(built / plate->warm_ms);
        }
    }
    int32_t target = turns ? RUN_COOLANT_MC : IDLE_COOLANT_MC;
    if (generator->coolant_mc < target) {
        generator->coolant_mc += COOLANT_STEP_MC;
    } else if (generator->coolant_mc > target) {
        generator->coolant_mc -= COOLANT_STEP_MC / 4;
    }
}

static void protections_step(struct sim_generator *generator)
{
    if (generator->emergency_stop) {
        sim_generator_trip(generator, SIM_GEN_ALARM_EMERGENCY_STOP);
    }
    if (engine_turns(generator) && generator->fuel.left_nl == 0) {
        sim_generator_trip(generator, SIM_GEN_ALARM_UNDER_SPEED);
    }
    generator->overload_ms = sim_generator_load_permille(generator) > OVERLOAD_PERMILLE
                                 ? generator->overload_ms + SIM_STEP_MS
                                 : 0;
    if (generator->overload_ms > OVERLOAD_MS) {
        generator->overload_ms = 0;
        sim_generator_trip(generator, SIM_GEN_ALARM_OVERLOAD);
    }
    alarm_set(generator, SIM_GEN_ALARM_LOW_FUEL,
              sim_fuel_permille(&generator->fuel) < FUEL_WARN_PERMILLE);
    uint32_t sag = generator->phase == SIM_GEN_CRANKING ? CRANK_SAG_DV : 0;
    alarm_set(generator, SIM_GEN_ALARM_LOW_BATTERY,
              generator->start_battery_dv < BATTERY_WARN_DV - sag);
}

void sim_generator_step(struct sim_generator *generator, bool asked, uint32_t load_w)
{
    generator->load_w = sim_generator_ready(generator) ? load_w : 0;
    generator->phase_ms += SIM_STEP_MS;
    sequence_step(generator, asked);
    if (engine_turns(generator)) {
        sim_fuel_burn(&generator->fuel, sim_generator_load_permille(generator),
                      generator->plate.speed_permille);
    }
    protections_step(generator);
    needles_step(generator);
}

struct sim_supply sim_generator_supply(const struct sim_generator *generator)
{
    if (generator->voltage_dv == 0) {
        return (struct sim_supply){0, 0};
    }
    return (struct sim_supply){generator->voltage_dv, generator->speed_rpm * 1000 / 30};
}

bool sim_generator_ready(const struct sim_generator *generator)
{
    return generator->phase == SIM_GEN_RUNNING || generator->phase == SIM_GEN_COOLING;
}

uint32_t sim_generator_load_permille(const struct sim_generator *generator)
{
    return (uint32_t)((uint64_t)generator->load_w * 1000 / generator->plate.rating_w);
}

const char *sim_generator_phase_name(uint8_t phase)
{
    static const char *const names[SIM_GEN_PHASES] = {
        [SIM_GEN_STOPPED] = "stopped",   [SIM_GEN_PRE_START] = "pre-start",
        [SIM_GEN_CRANKING] = "cranking", [SIM_GEN_RESTING] = "resting",
        [SIM_GEN_WARMING] = "warming",   [SIM_GEN_RUNNING] = "running",
        [SIM_GEN_COOLING] = "cooling",   [SIM_GEN_FAULT] = "fault"};
    return phase < SIM_GEN_PHASES ? names[phase] : "unknown";
}
