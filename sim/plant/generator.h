/* SPDX-License-Identifier: Apache-2.0 */
/* One diesel generator with its own controller: starts by itself when it is asked to, cranks a few
 * times, warms up, gives voltage, takes load, cools down, or refuses. Pure integers in steps of
 * SIM_STEP_MS. It does not know who asks; plant.c steps it, the Modbus device shows it. */
#ifndef SIM_PLANT_GENERATOR_H
#define SIM_PLANT_GENERATOR_H

#include "sim/plant/fuel.h"

enum sim_generator_phase {
    SIM_GEN_STOPPED,
    SIM_GEN_PRE_START, /* asked to run, waiting start_delay_ms */
    SIM_GEN_CRANKING,
    SIM_GEN_RESTING, /* between two attempts */
    SIM_GEN_WARMING, /* turning, voltage building up, not yet for load */
    SIM_GEN_RUNNING, /* voltage established */
    SIM_GEN_COOLING, /* no longer asked for */
    SIM_GEN_FAULT,   /* locked out until it is reset */
    SIM_GEN_PHASES
};
enum sim_generator_mode { SIM_GEN_MODE_OFF, SIM_GEN_MODE_MANUAL, SIM_GEN_MODE_AUTO };
enum sim_generator_alarm {
    SIM_GEN_ALARM_EMERGENCY_STOP,
    SIM_GEN_ALARM_LOW_OIL,
    SIM_GEN_ALARM_HIGH_COOLANT,
    SIM_GEN_ALARM_UNDER_SPEED,
    SIM_GEN_ALARM_FAIL_TO_START,
    SIM_GEN_ALARM_OVERLOAD,
    SIM_GEN_ALARM_LOW_FUEL,    /* warning */
    SIM_GEN_ALARM_LOW_BATTERY, /* warning */
    SIM_GEN_ALARMS
};

/* The rating plate and the controller's settings. */
struct sim_generator_plate {
    uint32_t nominal_v, nominal_hz;
    uint32_t rating_w;
    uint32_t start_delay_ms; /* asked for this long before the first attempt */
    uint32_t crank_ms;       /* a good engine fires after this */
    uint32_t crank_limit_ms; /* an attempt is given up after this */
    uint32_t crank_rest_ms;
    uint32_t crank_attempts; /* 1 … 10 */
    uint32_t warm_ms;        /* from firing to voltage established */
    uint32_t cool_ms;
    uint32_t speed_permille; /* of fuel */
};
struct sim_generator {
    struct sim_generator_plate plate;
    struct sim_fuel fuel;
    /* set by people and by faults */
    uint8_t mode; /* enum sim_generator_mode */
    bool emergency_stop;
    bool refuses;              /* cranks but never fires */
    bool low_frequency;        /* governor fault: runs at 94 % of its frequency */
    uint32_t start_battery_dv; /* 0.1 V of a 24 V set; below 18 V it does not crank */
    /* state */
    uint8_t phase;     /* enum sim_generator_phase */
    uint16_t alarms;   /* bit per enum sim_generator_alarm */
    uint32_t phase_ms; /* since it entered the phase */
    uint32_t attempts; /* of the present start */
    uint32_t load_w;   /* taken from it in the last step */
    uint32_t overload_ms;
    uint32_t speed_rpm;
    uint32_t voltage_dv;
    int32_t coolant_mc; /* millidegrees */
    uint32_t oil_kpa;
    uint64_t run_ms; /* engine hours */
    uint32_t starts;
};

/* At rest, in AUTO, tank full, battery charged. */
void sim_generator_init(struct sim_generator *generator, const struct sim_generator_plate *plate,
                        const struct sim_fuel *fuel);
/* One step; asked: the start contact is closed; load_w: what is taken from it now. */
void sim_generator_step(struct sim_generator *generator, bool asked, uint32_t load_w);
/* What its terminals give. */
struct sim_supply sim_generator_supply(const struct sim_generator *generator);
/* Whether it is ready to take load. */
bool sim_generator_ready(const struct sim_generator *generator);
/* Stops it as a protection would: oil, coolant, under speed. */
void sim_generator_trip(struct sim_generator *generator, enum sim_generator_alarm alarm);
/* A person clears the lock-out; alarms whose cause is still there come back. */
void sim_generator_reset(struct sim_generator *generator);
/* Load in permille of the rating. */
uint32_t sim_generator_load_permille(const struct sim_generator *generator);
/* Stable name of a phase for the room's state: "stopped", "pre-start" … Static storage. */
const char *sim_generator_phase_name(uint8_t phase);

#endif
