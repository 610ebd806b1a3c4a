/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the outcome of a drill. It owns the form of the report and nothing else. */
#include "sim/drill/report.h"

static unsigned verdicts_count(const struct sim_drill *drill, enum sim_verdict verdict)
{
    unsigned count = 0;
    for (unsigned i = 0; i < drill->scenario->count; i++) {
        count += drill->outcomes[i].verdict == verdict ? 1 : 0;
    }
    return count;
}

void sim_report_print(const struct sim_drill *drill, bool held, const json_t *injected,
                      FILE *stream)
{
    fprintf(stream, "%s: %s (%u held, %u failed, %u not judged)\n", drill->scenario->name,
            held ? "held" : "FAILED", verdicts_count(drill, SIM_VERDICT_HELD),
            verdicts_count(drill, SIM_VERDICT_FAILED),
            verdicts_count(drill, SIM_VERDICT_PENDING) +
                verdicts_count(drill, SIM_VERDICT_NOT_REACHED));
    if (injected == NULL) {
        fprintf(stream, "the room does not say what is still injected\n");
        return;
    }
    for (size_t i = 0; i < json_array_size(injected); i++) {
        const json_t *one = json_array_get(injected, i);
        fprintf(stream, "still injected: %s %s=%s\n",
                json_string_value(json_object_get(one, "name")),
                json_string_value(json_object_get(one, "key")),
                json_string_value(json_object_get(one, "value")));
    }
}

json_t *sim_report_json(const struct sim_drill *drill, bool held, json_t *injected)
{
    json_t *steps = json_array();
    for (unsigned i = 0; i < drill->scenario->count; i++) {
        const struct sim_step *step = &drill->scenario->steps[i];
        const struct sim_outcome *outcome = &drill->outcomes[i];
        bool judged =
            outcome->verdict == SIM_VERDICT_HELD || outcome->verdict == SIM_VERDICT_FAILED;
        bool timed = step->kind != SIM_STEP_FAULT;
        json_array_append_new(
            steps,
            json_pack("{s:f s:s s:s s:s s:o s:o s:o}", "at_s", step->at_ms / 1000.0, "kind",
                      sim_step_name(step->kind), "text", step->text, "verdict",
                      sim_verdict_name(outcome->verdict), "measured_s",
                      timed && judged ? json_real(outcome->measured_ms / 1000.0) : json_null(),
                      "bound_s", timed ? json_real(step->bound_ms / 1000.0) : json_null(), "seen",
                      outcome->seen[0] != '\0' ? json_string(outcome->seen) : json_null()));
    }
    return json_pack("{s:i s:s s:s s:I s:b s:o s:O}", "schema", 1, "drill", drill->scenario->name,
                     "description", drill->scenario->description, "began_wall_ms",
                     (json_int_t)drill->began_wall_ms, "held", held, "steps", steps, "injected",
                     injected == NULL ? json_null() : injected);
}
