/* SPDX-License-Identifier: Apache-2.0 */
/* Every why of Noroshi as a code: what failed, what was decided, what was blocked, why a value is
 * not known. Codes live here, words for people live in one table in monitord/ (a law checks that
 * each code has both languages). Codes are written to the journal: append at the end of a group's
 * list only with a new number, never renumber. */
#ifndef FAILOVER_REASON_H
#define FAILOVER_REASON_H

#include <stdbool.h>

/* X(number, id) */
#define FO_REASONS(X)                                                                        \
    X(0, NONE)                                                                               \
    /* causes: an incident can be opened for these (100-199) */                              \
    X(100, MAINS_LOST)            /* the room runs on UPS or generator */                    \
    X(101, UPS_ON_BATTERY)        /* one UPS on battery while others see mains */            \
    X(102, UPS_LOW)               /* on battery and at or below its limits, held */          \
    X(103, UPS_SILENT)            /* does not answer; it was on mains */                     \
    X(104, UPS_SILENT_ON_BATTERY) /* fell silent on battery: counted down by last runtime */ \
    X(105, UPS_BYPASS)            /* load not protected */                                   \
    X(106, UPS_OVERLOAD)                                                                     \
    X(107, UPS_REPLACE_BATTERY)                                                              \
    X(108, UPS_OFF)                                                                          \
    X(109, UPS_EXHAUSTED)         /* counted down to nothing */                              \
    X(110, GENERATOR_START_SLOW)  /* no voltage 15 s after mains loss */                     \
    X(111, GENERATOR_NO_START)    /* no voltage 40 s after mains loss, or start fault */     \
    X(112, GENERATOR_NO_TRANSFER) /* voltage, but the load is not on it */                   \
    X(113, GENERATOR_NOT_AUTO)                                                               \
    X(114, GENERATOR_FAULT)                                                                  \
    X(115, GENERATOR_SILENT)                                                                 \
    X(116, GENERATOR_FUEL_LOW)                                                               \
    X(117, GENERATOR_BATTERY_LOW)                                                            \
    X(118, TRANSFER_SWITCH_SILENT)                                                           \
    X(119, GENERATOR_EMERGENCY_STOP) /* its button is pressed: it will not start */          \
    X(120, SERVER_DEAD)              /* verdict by two witnesses */                          \
    X(121, SERVER_UNREACHABLE)       /* we do not hear it, others may */                     \
    X(122, SERVICE_FAILED)           /* agent released: its own service check failed */      \
    X(123, BOTH_SERVERS_DEAD)                                                                \
    X(124, REDUNDANCY_LOST)       /* no healthy standby */                                   \
    X(125, SERVER_HEARTBEAT_PATH) /* the peer hears it, we do not: a line fault */           \
    X(126, LEASE_LAPSED)          /* gate shut with all alive; healed by itself */           \
    X(127, SWITCHOVER_FAILED)                                                                \
    X(128, TWO_ANSWERS)          /* two MACs answer for the service address */               \
    X(129, FEED_REDUNDANCY_LOST) /* a rack's transfer switch has lost a source */            \
    X(130, LINE_DOWN)                                                                        \
    X(131, LINES_ALL_DOWN)                                                                   \
    X(132, LINE_DEGRADED)                                                                    \
    X(133, ROSTER_GAP)          /* nobody on duty in a role that must have somebody */       \
    X(134, CONTACTS_CUT)        /* no channel that leads out of the building can work */     \
    X(135, CONTACT_UNPROVEN)    /* a person or channel not proven for too long */            \
    X(136, SERVICE_OVERLOADED)  /* it answers and says it is at its limit */                 \
    X(137, MAINTENANCE_OVERRUN) /* the window has ended, the work has not */                 \
    X(138, REPORTED)            /* opened by a person's hand */                              \
    X(139, BREAK_GLASS)         /* one person acted alone, for a reason given */             \
    X(140, SERVICE_DOWN)        /* nobody answers at the service address */                  \
    X(141, SERVICE_RTO_HALF)                                                                 \
    X(142, SERVICE_RTO_BREACHED)                                                             \
    X(143, DRILL)              /* the contact network is drilled */                          \
    X(144, GENERATOR_REFUSED)  /* it carries the load, and a UPS does not take it */         \
    X(145, FUEL_SHORT)         /* its fuel lasts for fewer hours than there must be */       \
    X(146, GENERATOR_TEST_DUE) /* the last run under load is too long ago */                 \
    X(147, UPS_MARGIN)         /* runtime does not cover generator start and orderly end */  \
    X(148, ROSTER_GAP_AHEAD)   /* in some days a role will have nobody */                    \
    X(149, SHED_DUE)           /* a stage of the shutdown plan is due */                     \
    X(150, MONITOR_NETWORK)    /* we are cut off */                                          \
    X(151, MONITOR_STALLED)                                                                  \
    X(152, MONITOR_CLOCK)                                                                    \
    X(153, JOURNAL_DEAD)                                                                     \
    X(154, ENGINE_ASSERTION)                                                                 \
    X(155, MONITOR_RESTARTED)                                                                \
    X(156, CHANNEL_DOWN)                                                                     \
    X(157, MONITOR_MISSED)   /* said by an agent: no beat of M for 60 s */                   \
    X(158, GATE_LOST)        /* said by an agent */                                          \
    X(159, SERVED_ALONE)     /* X2: the last holder serves alone */                          \
    X(160, FORCED)           /* F1 */                                                        \
    X(161, SHED_FAILED)      /* a load could not be switched off */                          \
    X(162, SHED_LEFT_OFF)    /* the mains are back, a load that was given up is not */       \
    X(163, SWITCHOVER_DRILL) /* a switchover is drilled on the real servers */               \
    X(164, SERVER_DEAF)      /* heard by us, hears nobody: it cannot keep the lease */       \
    X(165, DRILL_DUE)        /* a drill must be carried out in some days */                  \
    X(166, DRILL_OVERDUE)    /* the last one is longer ago than the site wants */            \
    /* decisions and actions (200-299) */                                                    \
    X(200, SWITCHOVER_STARTED)                                                               \
    X(201, SWITCHOVER_CHOSE)                                                                 \
    X(202, SWITCHOVER_HELD)     /* the chosen server holds the lease */                      \
    X(203, SWITCHOVER_VERIFIED) /* the service answers at its address */                     \
    X(204, SWITCHOVER_HANDED_TO_PEOPLE)                                                      \
    X(205, FENCE_STARTED)                                                                    \
    X(206, FENCE_PROVEN)                                                                     \
    X(207, FENCE_FAILED)                                                                     \
    X(208, LINE_CHANGED)                                                                     \
    X(209, DRAIN_STARTED)                                                                    \
    X(210, DRAIN_TIMEOUT)                                                                    \
    X(211, ADOPTED_HOLDER) /* after a start: M1 */                                           \
    X(212, CHECK_PASSED)   /* one promotion check; number in the record */                   \
    X(213, CHOSE_WITHOUT_JOURNAL)                                                            \
    X(214, PROMOTE_FAILED) /* no agents: the script that lets a server begin to serve */     \
    X(215, DEMOTE_FAILED)  /* no agents: the script that lets it cease */                    \
    X(220, INCIDENT_OPENED)                                                                  \
    X(221, INCIDENT_CHILD_FOLDED)                                                            \
    X(222, INCIDENT_EPOCH) /* worsened: earlier acknowledgements do not silence it */        \
    X(223, INCIDENT_RECOVERED)                                                               \
    X(224, INCIDENT_CLOSED)                                                                  \
    X(225, INCIDENT_REPARENTED)                                                              \
    X(226, ACKNOWLEDGED)                                                                     \
    X(227, ACKNOWLEDGE_EXPIRED)                                                              \
    X(228, OWNED)                                                                            \
    X(229, CANNOT)                                                                           \
    X(230, RESOLVED)                                                                         \
    X(231, ATTEMPT_QUEUED)                                                                   \
    X(232, ATTEMPT_ACCEPTED)                                                                 \
    X(233, ATTEMPT_FAILED)                                                                   \
    X(234, ATTEMPT_REPEATED) /* after a crash: same key, 再送 */                           \
    X(235, RUNG_REACHED)                                                                     \
    X(236, RUNG_EMPTY)                                                                       \
    X(237, LADDER_LOOPED)                                                                    \
    X(238, ACKNOWLEDGE_IGNORED) /* unknown person, closed incident, old epoch */             \
    X(239, ACKNOWLEDGE_OLD)     /* answers an earlier page: counts for that only */          \
    X(240, MAINS_RETURNED)                                                                   \
    X(241, GENERATOR_RUNNING)                                                                \
    X(242, GENERATOR_LOADED)                                                                 \
    X(243, SERVICE_RESTORED)                                                                 \
    X(244, HANDED_OVER) /* the shift: the outgoing are released */                           \
    X(245, ROSTER_CHANGED)                                                                   \
    X(246, PRESENCE_CHANGED)  /* a person left for a call, or is back */                     \
    X(247, DECIDER_ABSENT)    /* who must decide does not answer: the deputy decides */      \
    X(248, INCIDENT_UNSTABLE) /* it comes and goes */                                        \
    X(249, CLOCK_STEPPED)                                                                    \
    X(250, MODE_CHANGED)                                                                     \
    X(251, OPERATOR_ORDER)                                                                   \
    X(252, ORDER_REFUSED)                                                                    \
    X(253, OUTSIDE_PROMPTED) /* somebody outside should be called, by a person */            \
    X(254, OUTSIDE_CALLED)   /* the gate record: who called whom outside */                  \
    X(255, CALLED_BY_HAND)   /* one tick of the call tree */                                 \
    X(256, MERGE_OFFERED)    /* a report that looks like an open incident */                 \
    X(257, DRILL_STARTED)                                                                    \
    X(258, DRILL_ENDED)                                                                      \
    X(259, DRILL_ABORTED) /* something real has happened */                                  \
    X(260, LADDER_KEPT)   /* edited: open incidents keep the one they began with */          \
    X(261, LADDER_ADOPTED)                                                                   \
    X(262, ATTEMPT_DELIVERED)                                                                \
    X(263, ATTEMPT_HELD)   /* waits for a line */                                            \
    X(264, DRILL_SWITCHED) /* a drilled switchover is done: give back? */                    \
    X(265, SHADOWED)       /* shadow mode: decided, journalled, not done */                  \
    X(270, SHED_STARTED)   /* a stage of the shutdown plan */                                \
    X(271, SHED_DONE)                                                                        \
    X(272, SHED_CANCELLED)  /* the mains are back in time, or a person has stopped it */     \
    X(273, RESTORE_STARTED) /* by order: loads that were given up come on again */           \
    X(274, RESTORE_LOAD_ON) /* one of them, read back */                                     \
    X(275, RESTORE_DONE)                                                                     \
    X(276, RESTORE_STOPPED) /* not all that was ordered */                                   \
    X(277, RESTORE_BY_HAND) /* what no command can switch on */                              \
    X(278, RESTORE_FAILED)  /* a load has not come on */                                     \
    /* an automatic action is blocked (300-349) */                                           \
    X(300, BLOCKED_MAINTENANCE)                                                              \
    X(301, BLOCKED_OPERATOR_HOLD)                                                            \
    X(302, BLOCKED_ONE_WITNESS)                                                              \
    X(303, BLOCKED_GRANT) /* no grant obtainable */                                          \
    X(304, BLOCKED_STANDBY_UNHEALTHY)                                                        \
    X(305, BLOCKED_STANDBY_UNPOWERED)                                                        \
    X(306, BLOCKED_POSITION)                                                                 \
    X(307, BLOCKED_PERIOD) /* block period of the same cause, or too many this hour */       \
    X(308, BLOCKED_MONITOR_UNWELL)                                                           \
    X(309, BLOCKED_WARM_UP)                                                                  \
    X(310, BLOCKED_FENCE_PROOF)                                                              \
    X(311, BLOCKED_NO_STANDBY)                                                               \
    X(312, BLOCKED_OWN_NETWORK)                                                              \
    X(313, BLOCKED_JOURNAL)                                                                  \
    X(314, BLOCKED_IN_PROGRESS)                                                              \
    X(315, BLOCKED_LINE_FLAPPING)                                                            \
    X(316, BLOCKED_ASSERTION)                                                                \
    X(317, BLOCKED_NO_WINDOW)      /* no maintenance window covers the drill */              \
    X(318, BLOCKED_MAINS)          /* not known to be there, or not for long enough */       \
    X(319, BLOCKED_SUPPLY)         /* a UPS of the stage could not bear another outage */    \
    X(320, BLOCKED_NOT_OFF)        /* nothing is left to be switched on */                   \
    X(321, BLOCKED_BY_HAND)        /* no command can do it */                                \
    X(322, BLOCKED_SERVER_UNKNOWN) /* no agents: nobody knows which server serves */         \
    X(323, BLOCKED_SWITCHING)      /* loads are being switched off or on */                  \
    /* why a value or a statement is not good (400-449) */                                   \
    X(400, NOT_READ_YET)                                                                     \
    X(401, NO_ANSWER) /* timeout */                                                          \
    X(402, REFUSED)   /* connection refused */                                               \
    X(403, UNREACHABLE)                                                                      \
    X(404, NO_SUCH_OBJECT) /* noSuchObject, noSuchInstance, exception 2 */                   \
    X(405, SENTINEL)       /* the device's own "not available" */                            \
    X(406, IMPLAUSIBLE)    /* outside the plausible range */                                 \
    X(407, FROZEN)         /* nothing moved for too long */                                  \
    X(408, TOO_OLD)                                                                          \
    X(409, DEVICE_ERROR)     /* genErr, exception other than 2 */                            \
    X(410, BAD_FRAME)        /* malformed, wrong id, wrong unit, wrong count */              \
    X(411, CARD_LOST_DEVICE) /* the card answers, the device behind it does not */           \
    X(412, BAD_STATUS)       /* HTTP status or body not as expected */                       \
    X(413, NO_ROUTE)         /* interface missing or down */                                 \
    X(414, WRONG_TYPE)                                                                       \
    X(415, TOO_LATE)          /* answered after its bound */                                 \
    X(416, ZERO_NOT_BELIEVED) /* a device that says 0 for "unsupported" */                   \
    X(417, OVERLOADED)        /* it answers and says it is at its limit */                   \
    X(418, NOT_DELIVERED)     /* accepted, but no report that it arrived */                  \
    X(419, ACCESS_DENIED)     /* the device refuses user, password or security level */      \
    X(420, SECRET_UNREADABLE) /* our own password file cannot be used */                     \
    X(421, GAVE_WAY)          /* a try that only waited gave its place to a graver page */   \
    X(422, UNCOUNTED)         /* the far end answers but does not count what reaches it */

enum fo_reason {
#define X(number, id) FO_REASON_##id = number,
    FO_REASONS(X)
#undef X
};

/* The code's stable name for journals and JSON, lower case ("mains_lost"); "unknown" for a number
 * that is no code. Static storage. Not for people. */
const char *fo_reason_name(unsigned reason);
/* Whether an incident may be opened for this reason. */
bool fo_reason_is_cause(unsigned reason);

#endif
