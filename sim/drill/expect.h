/* SPDX-License-Identifier: Apache-2.0 */
/* One expectation about the site, such as "server dispatch-2 role=active", and whether a status of
 * the daemon fulfils it. Pure: text and JSON in, a verdict out. scenario.c reads them, runner.c
 * asks them.
 *
 * The form is `<what> <name> <key><sign><value> …`. what: service server line power incident
 * contact blocked mode. name may hold spaces; an incident is named by its root code, a contact by
 * its person, a block by its reason; "mode" stands for the site as a whole and its name is the
 * mode; `*` is any name. sign: = != < >. A key is looked up in the object, then among its
 * variables. A list equals a value when it holds it, ups.status when it has the token, a subject
 * when it has the name; `child` of an incident is any of its children's causes. All conditions must
 * hold for one and the same object; without conditions its presence is enough. */
#ifndef SIM_DRILL_EXPECT_H
#define SIM_DRILL_EXPECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define SIM_CONDITIONS_MAX 6
#define SIM_EXPECT_MAX 200 /* bytes of the text */

struct sim_condition {
    const char *key, *value; /* into the expectation's own text */
    char sign;               /* '=', '!', '<', '>' */
};
struct sim_expect {
    char text[SIM_EXPECT_MAX]; /* cut apart in place */
    const char *what, *name;
    unsigned count;
    struct sim_condition conditions[SIM_CONDITIONS_MAX];
};

/* NULL when text is an expectation (written to *expect, which must not be copied afterwards), else
 * what is wrong with it. */
const char *sim_expect_parse(const char *text, struct sim_expect *expect);
/* Whether a status (monitord/status.h) fulfils it. When not, `seen` gets what is there instead. */
bool sim_expect_holds(const struct sim_expect *expect, const json_t *status, char *seen,
                      size_t size);

#endif
