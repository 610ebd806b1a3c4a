/* SPDX-License-Identifier: Apache-2.0 */
/* Lends one session's user and engine time to net-snmp's lists for the length of a call. It never
 * asks the library to find an engine by itself, which would block the loop. */
#include "probes/snmp_usm.h"

#include "failover/assert.h"
#include "probes/clock.h"
#include "probes/snmp_keys.h"

#include <net-snmp/library/lcd_time.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ENGINE_MAX 32 /* RFC 3411, SnmpEngineID */
#define ENGINE_MIN 5
#define LAG_US (60 * FO_SECOND)

struct pb_snmp_usm {
    const struct cfg_snmp *settings;
    int level;
    struct pb_snmp_key auth, priv; /* of the passwords */
    bool ready, entered;
    uint8_t engine[ENGINE_MAX];
    size_t engine_length;
    struct usmUser *user; /* ours while it is not lent; NULL: no engine yet */
    u_int boots, time_s;  /* as it last said, authenticated */
    u_int lent_s;         /* the time the library was given */
    fo_us time_us;        /* our clock then */
};

struct pb_snmp_usm *pb_snmp_usm_open(const struct cfg_snmp *settings, enum fo_reason *reason)
{
    struct pb_snmp_usm *usm = calloc(1, sizeof *usm);

    *reason = FO_REASON_NO_ROUTE;
    if (usm == NULL) {
        return NULL;
    }
    pb_snmp_library_start();
    usm->settings = settings;
    usm->level = SNMP_SEC_LEVEL_NOAUTH;
    bool good = true;
    if (settings->auth != CFG_AUTH_NONE) {
        usm->level = SNMP_SEC_LEVEL_AUTHNOPRIV;
        good = pb_snmp_key_of_file(settings->auth, settings->auth_password_file, &usm->auth);
    }
    if (settings->priv != CFG_PRIV_NONE) {
        usm->level = SNMP_SEC_LEVEL_AUTHPRIV;
        good =
            good && pb_snmp_key_of_file(settings->auth, settings->priv_password_file, &usm->priv);
    }
    if (!good) {
        *reason = FO_REASON_SECRET_UNREADABLE;
        pb_snmp_usm_close(usm);
        return NULL;
    }
    return usm;
}

static void drop_user(struct pb_snmp_usm *usm)
{
    if (usm->entered && usm->user != NULL) {
        (void)usm_remove_user(usm->user);
    }
    if (usm->user != NULL) {
        (void)usm_free_user(usm->user); /* wipes the keys */
    }
    usm->user = NULL;
    usm->ready = false;
}

void pb_snmp_usm_close(struct pb_snmp_usm *usm)
{
    if (usm == NULL) {
        return;
    }
    FO_ASSERT(!usm->entered);
    drop_user(usm);
    sodium_memzero(usm, sizeof *usm);
    free(usm);
}

void pb_snmp_usm_describe(const struct pb_snmp_usm *usm, netsnmp_session *wanted)
{
    const struct cfg_snmp *settings = usm->settings;
    const char *context = settings->context != NULL ? settings->context : "";

    wanted->version = SNMP_VERSION_3;
    wanted->flags |= SNMP_FLAGS_DONT_PROBE;
    wanted->securityModel = SNMP_SEC_MODEL_USM;
    wanted->securityLevel = usm->level;
    wanted->securityName = (char *)settings->user; /* copied by the library */
    wanted->securityNameLen = strlen(settings->user);
    wanted->contextName = (char *)context;
    wanted->contextNameLen = strlen(context);
}

/* ---- discovery ------------------------------------------------------------------------------- */
/* The library looks even the empty user of a discovery up in its list. */
static void add_empty_user(void)
{
    if (usm_get_user(NULL, 0, "") != NULL) {
        return;
    }
    struct usmUser *user = usm_create_user();
    if (user != NULL) {
        user->name = strdup("");
        user->secName = strdup("");
        user->userStatus = RS_ACTIVE;
        user->userStorageType = ST_READONLY;
        (void)usm_add_user(user);
    }
}

netsnmp_pdu *pb_snmp_usm_discovery(void)
{
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);

    if (pdu == NULL) {
        return NULL;
    }
    add_empty_user();
    pdu->version = SNMP_VERSION_3;
    pdu->securityName = strdup("");
    pdu->securityNameLen = 0;
    pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
    pdu->securityModel = SNMP_SEC_MODEL_USM;
    return pdu;
}

enum pb_snmp_report pb_snmp_usm_report(netsnmp_pdu *report)
{
    switch (snmpv3_get_report_type(report)) {
        case SNMPERR_UNKNOWN_ENG_ID:
            return PB_REPORT_ENGINE;
        case SNMPERR_NOT_IN_TIME_WINDOW:
            return PB_REPORT_TIME;
        default:
            return PB_REPORT_REFUSED;
    }
}

bool pb_snmp_usm_ready(const struct pb_snmp_usm *usm)
{
    return usm->ready;
}

static u_char *copy_bytes(const void *from, size_t length)
{
    u_char *copy = malloc(length > 0 ? length : 1);
    if (copy != NULL) {
        memcpy(copy, from, length);
    }
    return copy;
}

/* A key of the user for its engine; true also when this user has none. */
static bool set_key(const struct pb_snmp_usm *usm, const struct pb_snmp_key *key, u_char **to,
                    size_t *length)
{
    struct pb_snmp_key local;

    if (key->length == 0) {
        return true;
    }
    if (!pb_snmp_key_localise(usm->settings->auth, key, usm->engine, usm->engine_length, &local)) {
        return false;
    }
    *to = copy_bytes(local.bytes, local.length);
    *length = local.length;
    sodium_memzero(&local, sizeof local);
    return *to != NULL;
}

static bool make_user(struct pb_snmp_usm *usm)
{
    const struct cfg_snmp *settings = usm->settings;
    struct usmUser *user = usm_create_user();

    if (user == NULL) {
        return false;
    }
    usm->user = user;
    user->name = strdup(settings->user);
    user->secName = strdup(settings->user);
    user->engineID = copy_bytes(usm->engine, usm->engine_length);
    user->engineIDLen = usm->engine_length;
    SNMP_FREE(user->authProtocol); /* made as "none" */
    SNMP_FREE(user->privProtocol);
    user->authProtocol = snmp_duplicate_objid(
        pb_snmp_library_auth(settings->auth, &user->authProtocolLen), USM_AUTH_PROTO_NOAUTH_LEN);
    user->privProtocol = snmp_duplicate_objid(
        pb_snmp_library_priv(settings->priv, &user->privProtocolLen), USM_PRIV_PROTO_NOPRIV_LEN);
    user->userStatus = RS_ACTIVE;
    user->userStorageType = ST_READONLY;
    return user->name != NULL && user->secName != NULL && user->engineID != NULL &&
           user->authProtocol != NULL && user->privProtocol != NULL &&
           set_key(usm, &usm->auth, &user->authKey, &user->authKeyLen) &&
           set_key(usm, &usm->priv, &user->privKey, &user->privKeyLen);
}

static void set_engine(netsnmp_session *session, const uint8_t *engine, size_t length)
{
    SNMP_FREE(session->securityEngineID);
    SNMP_FREE(session->contextEngineID);
    session->securityEngineIDLen = 0;
    session->contextEngineIDLen = 0;
    if (length > 0) {
        session->securityEngineID = copy_bytes(engine, length);
        session->contextEngineID = copy_bytes(engine, length);
        session->securityEngineIDLen = length;
        session->contextEngineIDLen = length;
    }
}

bool pb_snmp_usm_adopt(struct pb_snmp_usm *usm, netsnmp_session *session, const netsnmp_pdu *report)
{
    drop_user(usm);
    if (report->securityEngineIDLen < ENGINE_MIN || report->securityEngineIDLen > ENGINE_MAX) {
        return false;
    }
    usm->engine_length = report->securityEngineIDLen;
    memcpy(usm->engine, report->securityEngineID, usm->engine_length);
    usm->boots = 0; /* its first answer outside the window tells them, authenticated */
    usm->time_s = 0;
    usm->time_us = pb_clock_us();
    set_engine(session, usm->engine, usm->engine_length);
    if (session->securityEngineID == NULL || session->contextEngineID == NULL || !make_user(usm)) {
        drop_user(usm);
        return false;
    }
    usm->ready = true;
    if (usm->entered) { /* inside a call of the library: what it does next is for the new engine */
        usm->entered = false;
        pb_snmp_usm_enter(usm);
    }
    return true;
}

void pb_snmp_usm_forget(struct pb_snmp_usm *usm, netsnmp_session *session)
{
    drop_user(usm);
    set_engine(session, NULL, 0);
}

bool pb_snmp_usm_is_protected(const struct pb_snmp_usm *usm, const netsnmp_pdu *response)
{
    return response->securityLevel >= usm->level;
}

/* ---- the library's lists --------------------------------------------------------------------- */
/* What is lent lags behind by up to LAG_US, well inside the window of 150 s: so every answer is
 * newer and brings the card's own clock with it, and ours cannot drift away from it. */
static u_int lent_time(const struct pb_snmp_usm *usm)
{
    fo_us passed_us = pb_clock_us() - usm->time_us;
    return usm->time_s + (u_int)(passed_us > LAG_US ? (passed_us - LAG_US) / FO_SECOND : 0);
}

void pb_snmp_usm_enter(struct pb_snmp_usm *usm)
{
    if (usm == NULL) {
        return;
    }
    FO_ASSERT(!usm->entered);
    usm->entered = true;
    if (usm->ready) {
        (void)usm_add_user(usm->user);
        usm->lent_s = lent_time(usm);
        (void)set_enginetime(usm->engine, (u_int)usm->engine_length, usm->boots, usm->lent_s, 1);
    }
}

void pb_snmp_usm_leave(struct pb_snmp_usm *usm)
{
    if (usm == NULL) {
        return;
    }
    FO_ASSERT(usm->entered);
    usm->entered = false;
    if (!usm->ready) {
        return;
    }
    (void)usm_remove_user(usm->user);
    const enginetime *told = search_enginetime_list(usm->engine, (u_int)usm->engine_length);
    if (told != NULL && (told->engineBoot != usm->boots || told->engineTime != usm->lent_s)) {
        usm->boots = told->engineBoot;
        usm->time_s = told->engineTime;
        usm->time_us = pb_clock_us();
    }
}
