/* SPDX-License-Identifier: Apache-2.0 */
/* The other words for people: marks, states, labels and sentences of screen, messages and reports,
 * by name. The words themselves are in text_word.c, Japanese and English side by side; sentences
 * carry places {1} … {4}, which md_text_fill fills, because the two languages order them
 * differently. */
#ifndef MONITORD_TEXT_WORD_H
#define MONITORD_TEXT_WORD_H

#include "config/site.h"

#include <stddef.h>
#include <stdint.h>

#define MD_STATION_TEXT_SIZE 18

/* clang-format off */
#define MD_WORDS(X)                                                                              \
    /* marks: one per state, and the same for terminals without them */                          \
    X(MARK_OK) X(MARK_DEGRADED) X(MARK_DOWN) X(MARK_UNKNOWN) X(MARK_NONE) X(ASCII_OK)            \
    X(ASCII_DEGRADED) X(ASCII_DOWN) X(ASCII_UNKNOWN) X(ASCII_NONE) X(STATE_OK)                   \
    X(STATE_DEGRADED) X(STATE_DOWN) X(STATE_UNKNOWN) X(STATE_NONE) X(ROLE_ACTIVE)                \
    X(ROLE_STANDBY) X(ROLE_FENCED) X(ROLE_UNKNOWN) X(PREFERRED) X(OTHER) X(PREFERRED_SHORT)      \
    X(OTHER_SHORT) X(MODE_NORMAL) X(MODE_MAINTENANCE) X(MODE_DRILL) X(MODE_FROZEN)               \
    X(SEVERITY_1) X(SEVERITY_2) X(SEVERITY_3) X(SEVERITY_4) X(CLASS) X(SEVERITY) X(MONITOR)      \
    /* message marks and sentences */                                                            \
    X(TAG_INCIDENT) X(TAG_RECOVERED) X(TAG_DRILL) X(TAG_RESEND) X(TAG_WORSENED)                  \
    X(TAG_REMINDER) X(TAG_HANDOVER) X(TAG_UNSTABLE) X(TAG_BRIEF)                              \
    X(TAG_DELAYED) X(TAG_ABORTED) X(TAG_GIVE_BACK) X(MAIL_GIVE_BACK) X(BRIEF_SERVICES_MORE) X(BRIEF_DID) X(BRIEF_PRESSING) X(BRIEF_ACK) X(BRIEF_TITLE)              \
    X(SUBJECT_OF) X(MAIL_DRILL) X(MAIL_DRILL_END) X(MAIL_RESEND) X(MAIL_SHORT) X(MAIL_WHAT)      \
    X(MAIL_OPENED_AT) X(MAIL_RECOVERED) X(MAIL_WORSENED) X(MAIL_REMINDER) X(MAIL_HANDOVER)      \
    X(MAIL_UNSTABLE) X(MAIL_BRIEF) X(MAIL_DELAYED) X(MAIL_ABORTED) X(MAIL_STATIONS) X(MAIL_DIRECTIONS) X(MAIL_CHILDREN)       \
    X(MAIL_MACHINE) X(MAIL_NOTHING) X(MAIL_BLOCKED) X(MAIL_YOU) X(MAIL_ACK) X(MAIL_ACK_HOW)      \
    X(MAIL_ACK_NONE) X(MAIL_CANNOT) X(MAIL_SERVICES) X(MAIL_GONE) X(MAIL_NUMBER)                 \
    X(MAIL_FOOT) X(SERVICE_OUTAGE) X(SERVICE_DOWN_RTO) X(SERVICE_DOWN_OVER) X(SERVICE_DOWN)      \
    X(SERVICE_TARGET) X(STANDBY_NONE) X(UNTIL) X(UNTIL_LIFTED)                                   \
    /* durations and quantities */                                                               \
    X(SECONDS) X(MINUTES) X(HOURS) X(DAYS) X(HOURS_MINUTES) X(MILLISECONDS) X(AGO) X(OLD)        \
    /* screen and plain lines */                                                                 \
    X(LABEL_STATE) X(LABEL_INCIDENT) X(LABEL_DID) X(LABEL_YOU) X(LABEL_ACK) X(LABEL_BLOCKED)     \
    X(LABEL_SERVICE) X(LABEL_SERVER) X(LABEL_LINE) X(LABEL_POWER) X(LABEL_CONTACT)               \
    X(LABEL_MONITOR) X(LABEL_SWITCHOVER) X(LABEL_CHILD) X(ALL_WELL) X(NO_SWITCHOVER)             \
    X(SWITCHOVER_AGO) X(SWITCHOVER_NOW) X(STEP_FENCE) X(STEP_DRAIN) X(STEP_CHOOSE)               \
    X(STEP_HOLD) X(STEP_VERIFY) X(OPEN_COUNT) X(NOT_ALL_WELL) X(WARMING_UP) X(NOT_ACTING)        \
    X(OCCURRED) X(RECOVERED) X(OPEN) X(CONTACT_LABEL) X(CLOSED) X(UNACKED) X(ACKED_BY)           \
    X(ACKED_AT) X(OWNED_BY) X(ACK_LEFT) X(NEXT_RUNG) X(ACK_ORDER) X(HEARTBEAT)                   \
    X(HEARTBEAT_NEVER) X(BEAT) X(SERVICE_BAD) X(UNPOWERED) X(LINE_ACTIVE) X(LINE_STANDBY)        \
    X(LOSS) X(NO_LOSS) X(LOSS_OUT) X(LOSS_BACK) X(FAR_SILENT) X(FAR_UNCOUNTED) X(DELAY) X(JITTER) X(CHARGE) X(RUNTIME) X(LOAD) X(FUEL) X(FUEL_HOURS)                        \
    X(ON_BATTERY) X(DYING)                                                                       \
    X(GEN_STOPPED) X(GEN_CRANKING) X(GEN_WARMING) X(GEN_RUNNING) X(GEN_LOADED)                   \
    X(GEN_COOLING) X(GEN_FAULT) X(GEN_READY) X(GEN_NOT_AUTO) X(SOURCE_MAINS)                     \
    X(SOURCE_GENERATOR) X(SOURCE_A) X(SOURCE_B) X(SOURCE_NONE) X(VALUES_OLD) X(MORE) X(CONTACT_QUEUED)                   \
    X(CONTACT_ACCEPTED) X(CONTACT_FAILED) X(CONTACT_ACKNOWLEDGED) X(CONTACT_TOLD) X(CHANNEL_TERMINAL)            \
    X(CHANNEL_SMTP) X(CHANNEL_COMMAND) X(CHANNEL_SMS) X(CHANNEL_TOWER) X(CHANNEL_WEBHOOK)         \
    X(CHANNEL_INFORM) X(CHANNEL_SIP) X(MESSAGE_OPENED) X(MESSAGE_WORSENED)                       \
    X(MESSAGE_REMINDER) X(MESSAGE_RECOVERED) X(MESSAGE_HANDOVER)          \
    X(MESSAGE_BRIEF) X(MESSAGE_UNSTABLE) X(MESSAGE_ABORTED) X(MESSAGE_GIVE_BACK) X(ATTEMPT) X(NO_CONTACTS) X(NO_INCIDENTS)           \
    X(NO_DEVICES) X(NO_HISTORY) X(JOURNAL_OK) X(JOURNAL_DEAD) X(LAGS) X(KEYS_MAIN)               \
    X(KEYS_MAIN_SHORT) X(KEYS_PAGE) X(HELP) X(CONFIRM_CANNOT) X(CONFIRM_RESOLVE) X(DONE_ACK)     \
    X(DONE_OWN) X(DONE_CANNOT) X(DONE_RESOLVE) X(DONE_HOLD) X(DONE_RELEASE)                      \
    X(NO_OPEN_INCIDENT) X(NOT_JOURNALLED) X(REFUSED) X(LOST_DAEMON) X(LOST_SINCE) X(LOST_HINT) X(OLD_BELOW)        \
    X(DATA_OLD) X(DATA_OLD_HINT) X(CONNECTING) X(TOO_SMALL) X(RULE) X(DRILL_SIDE) X(GONE)                         \
    X(ERROR_NOT_A_PERSON) X(ERROR_NO_INCIDENT) X(ERROR_CLOSED) X(ERROR_NO_EFFECT) X(ERROR_BUSY) \
    X(LABEL_APPROVAL) X(APPROVAL_WAITS) X(NO_APPROVALS) X(DONE_ASKED) X(DONE_APPROVED)           \
    X(DONE_WITHDRAWN) X(DONE_MAINTENANCE_END) X(ERROR_NO_SERVER) X(ERROR_NO_END)                 \
    X(ERROR_TOO_MANY) X(ERROR_SAME_PERSON) X(ERROR_NO_REQUEST)                     \
    /* the incident report */                                                                    \
    X(REPORT_TITLE) X(REPORT_SITE) X(REPORT_ISSUE) X(REPORT_FINAL) X(REPORT_MADE_AT)             \
    X(REPORT_ID) X(REPORT_KIND) X(REPORT_REAL) X(REPORT_DRILL) X(REPORT_STATE)                   \
    X(REPORT_TIMES) X(REPORT_DETECTED) X(REPORT_DECIDED) X(REPORT_ACTED) X(REPORT_RESTORED)      \
    X(REPORT_RECOVERED) X(REPORT_CLOSED) X(REPORT_NOT_YET) X(REPORT_NOT_NEEDED)                  \
    X(REPORT_AFTER) X(REPORT_SERVICES) X(REPORT_SERVICE) X(REPORT_WITHIN) X(REPORT_BREACHED) X(REPORT_ONGOING)     \
    X(REPORT_CAUSE) X(REPORT_SUSPECTED) X(REPORT_CHILDREN) X(REPORT_REDUNDANCY)                  \
    X(REPORT_MEASURES) X(REPORT_CONTACTS) X(REPORT_ORDERS) X(REPORT_BY_PEOPLE) X(REPORT_NOW)     \
    X(REPORT_NO_DATA) X(REPORT_NONE) X(REPORT_EVIDENCE) X(REPORT_ROWS) X(REPORT_BLANK)           \
    X(REPORT_OUTSIDE) X(REPORT_PREVENTION) X(REPORT_SIGN) X(REPORT_PENDING)                      \
    X(REPORT_DELIVERED) X(REPORT_NO_OUTAGE) X(REPORT_RESULT_RETRY) X(REPORT_RESULT_FAILED)       \
    X(REPORT_REFUSED) X(REPORT_PAGE_DRILL) X(REPORT_HANDLING) X(TIMELINE_TITLE) \
    X(TIMELINE_TIMES) X(TIMELINE_MACHINE) X(TIMELINE_CONTACTS) X(TIMELINE_PEOPLE)               \
    X(TIMELINE_AXIS) X(TIMELINE_KEY) X(ORDER_ACKNOWLEDGE) X(ORDER_OWN) X(ORDER_CANNOT)     \
    X(ORDER_RESOLVE) X(ORDER_SWITCH) X(ORDER_MAINTENANCE_BEGIN) X(ORDER_MAINTENANCE_END)         \
    X(ORDER_HOLD) X(ORDER_RELEASE) X(ORDER_DRILL_BEGIN) X(ORDER_RESTORE_LOADS) X(ORDER_ADOPT_LADDER)                                                               \
    /* the screen's alarm block and power path */                                                \
    X(HEADLINE_DID) X(DID_NOTHING) X(DID_BLOCKED) X(ADVICE_BLOCKED) X(DID_UNDONE) X(DID_UNDONE_LONG) X(KEYS_ALARM) X(KEYS_RUNBOOK) X(MAINS)                        \
    X(PATH_LINK) X(PATH_BRANCH) X(PATH_NEXT) X(PATH_LAST) X(NO_RUNBOOK)\
    X(CONFIRM_ACK) X(CONFIRM_OWN)                                        \
    /* persons on a shared terminal, approvals */                                                \
    X(PROMPT_PERSON) X(PROMPT_PASSPHRASE) X(PASSPHRASE_CHECKING) X(LAST_USE) X(FIRST_USE)        \
    X(ASK_PASSPHRASE) X(NEW_PASSPHRASE) X(PASSPHRASE_AGAIN) X(NO_PASSPHRASE)                     \
    X(PASSPHRASES_DIFFER) X(NO_DAEMON) X(LOCKED) X(UNLOCKED_AS) X(CONFIRM_APPROVE) X(DONE_ALONE) X(ERROR_APPROVAL_USED)             \
    X(ERROR_APPROVAL_LATE) X(ERROR_APPROVAL_WITHDRAWN) X(ERROR_APPROVAL_CHANGED)                 \
    X(ERROR_NOT_ALLOWED) X(ERROR_NO_REASON) X(ERROR_NO_PERSON) X(ERROR_NO_PASSPHRASES)           \
    X(ERROR_WRONG_PASSPHRASE) X(ERROR_TOO_MANY_TRIES) X(ERROR_LOCKED) X(TREND_CHARGE)            \
    X(TREND_LOAD) X(TREND_LOSS) X(TREND_RTT) X(MAINTENANCE_WHY)                                  \
    /* shadow mode */                                                                            \
    X(SHADOW_TAG) X(SHADOW_BAND) X(SHADOW_BAND_HINT) X(SHADOW_TITLE) X(SHADOW_NONE_DONE)         \
    X(SHADOW_CHOOSE) X(SHADOW_FENCE) X(SHADOW_ROUTE) X(SHADOW_NOTIFY) X(SHADOW_CHOSEN)           \
    X(SHADOW_FENCED) X(SHADOW_ROUTED) X(SHADOW_NOTIFIED)                                         \
    /* who would be paged */                                                                     \
    X(RUNG) X(RUNG_WAIT) X(RUNG_EVERYBODY) X(RUNG_NOBODY) X(RUNG_DRILL)                          \
    /* the recorder and the replay */                                                            \
    X(FENCE_LOST) X(RECORDER_FAILING) X(REPLAY_TITLE) X(REPLAY_SPAN) X(REPLAY_BY) X(REPLAY_WHY)                \
    X(REPLAY_BY_TICK) X(REPLAY_BY_BOOT) X(REPLAY_BY_READING) X(REPLAY_BY_PROBE)                  \
    X(REPLAY_BY_DATAGRAM) X(REPLAY_BY_RESULT) X(REPLAY_BY_ORDER) X(REPLAY_BY_SELF)               \
    X(REPLAY_BY_ROSTER)                                                                          \
    X(CHECK_WITNESSES) X(CHECK_GRANT) X(CHECK_STANDBY) X(CHECK_POWER) X(CHECK_POSITION)          \
    X(CHECK_MAINTENANCE) X(CHECK_HOLD) X(CHECK_PERIOD) X(CHECK_MONITOR) X(CHECK_NETWORK)         \
    X(CHECK_WARM) X(CHECK_FENCE) X(REPLAY_FAILED) X(REPLAY_GAP) X(REPLAY_RESTART)                \
    X(REPLAY_TORN) X(REPLAY_COUNTS) X(REPLAY_SAME) X(REPLAY_UNEQUAL) X(REPLAY_LEFT)              \
    X(REPLAY_RIGHT) X(REPLAY_FIRST) X(REPLAY_ALIKE) X(REPLAY_NOTHING) X(REPLAY_NO_DIFFERENCE)    \
    X(REPLAY_DIFFERENT) X(REPLAY_CAUTION) \
    /* who is on duty; entries by hand; the contact network proven */                            \
    X(DUTY_TITLE) X(DUTY_ROLE) X(DUTY_UNTIL) X(DUTY_NOBODY) X(DUTY_OUTGOING) X(DUTY_AWAY)        \
    X(DUTY_EXTRA) X(YOURSELF) X(DONE_AWAY) X(DONE_BACK) X(DONE_HANDOVER) X(DONE_CALLED) X(DONE_OUTSIDE)      \
    X(DONE_RAISED) X(DONE_MERGED) X(DONE_DRILL_END) X(ERROR_NO_OUTSIDE) X(ERROR_NO_OBJECT) X(ERROR_NO_HANDOVER) X(NO_SUCH_INCIDENT) X(REFUSAL_ADVICE)       \
    X(CHECK_GAP) X(CHECK_NO_GAP) X(CHECK_FILE) X(PROVEN_NEVER) X(PROVEN_ON) X(PROVEN_OLD)        \
    X(PROVEN_ALL) X(TEST_WORKS) X(TEST_FAILS) X(TREE_TITLE) X(TREE_PERSON) X(TREE_SCRIPT)        \
    X(TREE_SCRIPT_DRILL) X(TREE_TICKS) X(TREE_OUTSIDE) X(TREE_NUMBER_NONE)                       \
    X(TREE_WHY) X(TREE_NOBODY) X(TREE_NUMBER) X(TREE_NUMBERS_BY) X(TREE_BACK) X(TREE_REACHED)    \
    X(TREE_NO_ANSWER) X(TREE_TAKEN) X(TREE_CANNOT) X(KEYS_TREE) X(CONFIRM_CALLED)                \
    X(CONFIRM_NUMBERS) X(DONE_NUMBERS)                                                           \
    /* answers away from the terminal */                                                         \
    X(SMS_ANSWER) X(REPLY_TAKEN) X(REPLY_UNKNOWN) X(REPLY_REPLAYED) X(REPLY_OLD) X(REPLY_OVER) \
    /* drills, conclusions and the month */ \
    X(DRILL_TITLE) X(DRILL_PLAN) X(DRILL_NAME) X(DRILL_NUMBER) X(DRILL_WHAT) X(DRILL_KIND) \
    X(DRILL_SIMULATOR) X(DRILL_STARTED_AT) X(DRILL_ENDED_AT) X(DRILL_BY) X(DRILL_VERDICT) X(REHEARSAL_TITLE) X(REHEARSAL_AS_OF) X(REHEARSAL_OLD) X(REHEARSAL_AFTER) X(REHEARSAL_CHOOSE) X(REHEARSAL_FENCE) X(REHEARSAL_ROUTE) X(REHEARSAL_SHED) X(REHEARSAL_DEMOTE) X(REHEARSAL_NO_ACT) X(REHEARSAL_CALLS) X(REHEARSAL_TOUCHED_NOTHING) X(DRILL_BEYOND) X(DRILL_UNMARKED) X(DRILL_JOURNAL_BROKEN) \
    X(DRILL_HELD) X(DRILL_FAILED) X(DRILL_CUT) X(DRILL_CUT_REAL) X(DRILL_CUT_ORDER) \
    X(DRILL_STEPS) X(DRILL_FAULT) X(DRILL_EXPECT) X(DRILL_EXPECT_NOT) X(DRILL_WITHIN) \
    X(DRILL_FOR) X(DRILL_STEP_HELD) X(DRILL_STEP_FAILED) X(DRILL_STEP_SEEN) \
    X(DRILL_STEP_NONE) X(DRILL_TIMES) X(DRILL_TIME_DETECT) X(DRILL_TIME_DECIDE) \
    X(DRILL_TIME_ACT) X(DRILL_TIME_RESTORE) X(DRILL_SERVICES) X(DRILL_PEOPLE) \
    X(DRILL_NO_ANSWER) X(DRILL_EVIDENCE) X(DRILL_MESSAGES) X(DRILL_JOURNAL_GOOD) \
    X(DRILL_JOURNAL_BAD) X(DRILL_LESSONS) X(DRILL_LIBRARY) X(DRILL_NONE) X(DRILL_LAST) \
    X(DRILL_DUE) X(DRILL_OVERDUE) X(DRILL_RUNS) X(DRILL_RUNS_NOT) X(DRILL_REAL) \
    X(DRILL_NOT_KEPT) X(DRILL_BEGINS) X(DRILL_SWITCHOVER) X(DRILL_TIMER) \
    X(DRILL_TIMER_IS) X(DRILL_SECOND) X(DRILL_GIVE_BACK) X(DRILL_BACK_DONE) X(DRILL_BACK_STAYED) \
    X(DRILL_BACK_OPEN) X(DRILL_BACK_NONE) X(DRILL_MOVES) X(DRILL_SERVICE_ANSWERS) \
    X(DRILL_PEOPLE_DECIDE) X(DRILL_TIMES_REAL) X(DRILL_MESSAGES_REAL) X(DRILL_CHAIN_GOOD) \
    X(DRILL_CHAIN_BAD) X(DRILL_SCOPE) X(DRILL_PARTICIPANTS) X(DRILL_MOVE_RUNS) X(DRILL_STOPPED) X(CONCLUDE_CAUSE) \
    X(CONCLUDE_PREVENTION) X(CONCLUDE_DUE) X(CONCLUDE_DEFERRED) X(CONCLUDE_FALSE) \
    X(CONCLUDE_BY) X(CONCLUDE_MISSING) X(CONCLUDE_DONE) X(CONCLUDE_ASK_CAUSE) \
    X(CONCLUDE_ASK_PREVENTION) X(CONCLUDE_ASK_DEFERRAL) X(CONCLUDE_ASK_DUE) \
    X(ERROR_NO_CAUSE) X(ERROR_BAD_DUE) X(MONTH_TITLE) X(MONTH_PERIOD) X(MONTH_SO_FAR) \
    X(MONTH_WATCHED) X(MONTH_WATCHED_OF) X(MONTH_SERVICES) X(MONTH_AVAILABLE) \
    X(MONTH_OUTAGES) X(MONTH_NO_OUTAGES) X(MONTH_TARGET) X(MONTH_SWITCHOVERS) \
    X(MONTH_INCIDENTS) X(MONTH_COUNTS) X(MONTH_OPEN_FOR) X(MONTH_STILL_OPEN) \
    X(MONTH_CHANNELS) X(MONTH_TRIES) X(MONTH_DRILLS) X(MONTH_PEOPLE) X(MONTH_ANSWERED) \
    X(MONTH_NEVER) X(MONTH_FINDINGS) X(MONTH_FINDING_DRILL) X(MONTH_FINDING_DRILL_FAILED) \
    X(MONTH_FINDING_CONTACT) X(MONTH_FINDING_CHANNEL) X(MONTH_FINDING_INCIDENT) \
    X(MONTH_FINDING_DUE) X(MONTH_FINDING_RTO) X(MONTH_FINDING_WATCH) \
    /* the shutdown plan */ \
    X(PLAN_NONE) X(PLAN_ARMED) X(PLAN_NOT_ARMED) X(PLAN_OUTAGE) X(PLAN_ON_MAINS) X(PLAN_STAGE) \
    X(LOADS_CLASS_1) X(LOADS_CLASS_2) X(LOADS_MONITOR) X(PLAN_BEGINS) X(PLAN_BEGINS_NOT) \
    X(PLAN_DUE) X(PLAN_DUE_HAND) X(PLAN_SHEDDING) X(PLAN_SHED) X(PLAN_STOPPED) X(PLAN_LEFT_OFF) \
    X(DONE_POWER_STOP) X(PLAN_STOP_NOTHING) X(LABEL_PLAN) \
    X(RESTORE_HOW) X(RESTORE_NOT_NOW) X(RESTORE_UNDER_WAY) X(RESTORE_STOPPED) \
    X(ERROR_NO_STAGE) X(ERROR_SHADOW)
/* clang-format on */

enum md_word {
#define X(id) MD_WORD_##id,
    MD_WORDS(X)
#undef X
        MD_WORD_COUNT
};

/* Asserts word < MD_WORD_COUNT. Static storage. */
const char *md_text_word(enum cfg_language language, enum md_word word);
/* The word with its places {1} … {4} filled by the strings that follow, ended by NULL; a place
 * without a string stays empty. Cut at a whole character when it does not fit size bytes. */
void md_text_fill(char *text, size_t size, enum cfg_language language, enum md_word word, ...)
    __attribute__((sentinel));
/* A length of time for people, in the largest unit that says enough: "0.3秒" "42分" "1時間05分"
 * "3日". seconds >= 0; size >= 48. */
void md_text_duration(char *text, size_t size, enum cfg_language language, double seconds);
/* A hardware address as its plate shows it, "02:00:5e:10:00:01"; station: a 48-bit number. */
void md_text_station(char text[MD_STATION_TEXT_SIZE], uint64_t station);
/* Appends to a text of at most size bytes, cut at a whole UTF-8 character. */
void md_text_append(char *text, size_t size, const char *more);
/* Characters (not bytes, not columns) of a UTF-8 text: what an SMS counts. */
size_t md_text_characters(const char *text);
/* How many characters of such a text one SMS holds: 160 of ASCII (the GSM alphabet), else 67 (one
 * part in UCS-2 with a concatenation header). */
size_t md_text_sms_most(const char *text);
/* Leaves at most `characters` characters. */
void md_text_shorten(char *text, size_t characters);

/* The second sheet of the table (text_word_records.c), for md_text_word alone: Japanese, English;
 * NULL where a word stands on the first. */
extern const char *const md_words_of_records[MD_WORD_COUNT][2];

#endif
