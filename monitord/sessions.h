/* SPDX-License-Identifier: Apache-2.0 */
/* Who has shown on a shared terminal that he is a person of the site: passphrase checks on a worker
 * thread, sessions that end when idle, and a limit on wrong tries. It never keeps anybody from
 * looking: viewing passes by this room. orders.c owns one. */
#ifndef MONITORD_SESSIONS_H
#define MONITORD_SESSIONS_H

#include "config/site.h"

#include <sys/types.h>
#include <uv.h>

#define MD_SESSIONS_MAX 16
#define MD_SESSION_TOKEN_SIZE 33 /* 16 random bytes in hex */
#define MD_SESSION_TRIES 5       /* wrong ones in a row from one user of this host … */
#define MD_SESSION_BLOCK_US (10 * FO_MINUTE) /* … end its sessions and refuse it for so long */

enum md_session_state {
    MD_SESSION_NONE, /* never was, or has ended */
    MD_SESSION_CHECKING,
    MD_SESSION_OPEN,
    MD_SESSION_WRONG /* passphrase; told once */
};
struct md_session {
    uint8_t state; /* enum md_session_state */
    uint8_t person;
    uid_t uid; /* good only for this user of the host */
    char token[MD_SESSION_TOKEN_SIZE];
    fo_us used_us;
    fo_wall_ms last_use_ms; /* of this person before this session; 0 never */
};
struct md_session_tries {
    uid_t uid;
    uint8_t wrong;
    fo_us last_us;
};
struct md_session_job;
struct md_sessions {
    const struct site *site;
    uv_loop_t *loop;
    /* A check has ended; on the loop. */
    void (*ended)(void *context, uid_t uid, uint8_t person, bool right);
    void *context;
    struct md_session list[MD_SESSIONS_MAX];
    struct md_session_tries tries[MD_SESSIONS_MAX];
    struct md_session_job *job; /* one at a time */
};
enum md_session_begin {
    MD_SESSION_BEGUN,
    MD_SESSION_BLOCKED, /* too many wrong tries */
    MD_SESSION_BUSY,    /* another check is under way */
    MD_SESSION_NOWHERE  /* the site has no passphrases */
};

/* loop NULL: no checks can be made (tests of other rooms). */
void md_sessions_init(struct md_sessions *sessions, const struct site *site, uv_loop_t *loop);
/* Starts a check; the session of `token` is CHECKING until it ends. The passphrase is copied. */
enum md_session_begin md_sessions_begin(struct md_sessions *sessions, uid_t uid, uint8_t person,
                                        const char *passphrase, fo_us now_us,
                                        char token[MD_SESSION_TOKEN_SIZE]);
/* The session of this token for this user as it stands; looking does not keep it awake. A WRONG one
 * is gone after it was told. */
struct md_session md_sessions_look(struct md_sessions *sessions, uid_t uid, const char *token,
                                   fo_us now_us);
/* The person behind an open session, which is used by this; FO_NONE. */
uint8_t md_sessions_use(struct md_sessions *sessions, uid_t uid, const char *token, fo_us now_us);
void md_sessions_end(struct md_sessions *sessions, uid_t uid, const char *token);
/* Forgets a check under way; its thread ends on its own. */
void md_sessions_stop(struct md_sessions *sessions);

#endif
