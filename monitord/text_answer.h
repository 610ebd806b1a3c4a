/* SPDX-License-Identifier: Apache-2.0 */
/* What a person writes as an answer: a code of four digits and, if it is not an acknowledgement,
 * what is meant. Pure; the channels of SMS call it. */
#ifndef MONITORD_TEXT_ANSWER_H
#define MONITORD_TEXT_ANSWER_H

#include "monitord/answers.h"

/* "4711", "了知 4711", "4711 9", "ack 4711": *code "" when there is none or more than one. The
 * order (enum fo_order_kind) is ACKNOWLEDGE unless a word or a single digit says otherwise (2 own,
 * 9 cannot); FO_ORDER_KINDS when words contradict each other. Digits of full width count. */
uint8_t md_text_answer(const char *text, char code[MD_ANSWER_CODE_SIZE]);

#endif
