/* SPDX-License-Identifier: Apache-2.0 */
/* A recording run again, offline: the same engine, the same events, and beside it, when wanted, a
 * second engine with another policy. It compares with what the daemon did and hands out each
 * decision; how it is worded is the console's. It changes nothing and reaches nobody. */
#ifndef MONITORD_REPLAY_H
#define MONITORD_REPLAY_H

#include "monitord/recording_read.h"

/* One step that decided something, of the engine as recorded and (or) of the other one. */
struct md_replay_decision {
    const struct site *site; /* as recorded: names */
    const struct fo_event *event;
    const struct fo_output *recorded; /* NULL: decided nothing here */
    const struct fo_output *other;    /* likewise; always NULL without another policy */
    bool differs;                     /* the two said different things */
    bool failed;                      /* the daemon's engine failed at this event and dropped it */
};
struct md_replay_gap { /* a stretch that is not in the recording */
    fo_wall_ms from_ms, to_ms;
    uint64_t lost; /* steps, where the recorder counted them */
    bool restart;  /* the daemon was started anew in it */
};
struct md_replay_hooks {
    void (*decision)(void *context, const struct md_replay_decision *decision);
    void (*gap)(void *context, const struct md_replay_gap *gap);
    void *context;
};

struct md_replay_summary {
    fo_wall_ms from_ms, to_ms;
    uint64_t segments, events, decisions;
    uint64_t hashes, unequal; /* compared with the daemon's */
    fo_wall_ms unequal_ms;    /* of the first that was not equal; 0 none */
    uint64_t assertions, torn, gaps;
    uint64_t different;      /* decisions of the two policies that differ */
    fo_wall_ms different_ms; /* of the first; 0 none */
};
/* other: NULL, or a site with another policy. It must have the same devices, servers, lines,
 * services and channels in the same order and as many persons; else FOREIGN with what differs in
 * error. Otherwise as md_recording_visit. */
enum md_recording_result md_replay_run(const char *path, const struct site *other,
                                       const struct md_replay_hooks *hooks,
                                       struct md_replay_summary *summary, char *error,
                                       size_t error_size);

#endif
