/* SPDX-License-Identifier: Apache-2.0 */
/* What people write as an answer, and what they key in. */
#include "monitord/text_answer.h"

#include <criterion/criterion.h>

Test(text_answer, a_code_and_what_is_meant_by_it)
{
    static const struct {
        const char *text, *code;
        uint8_t order;
    } answers[] = {
        {"4711", "4711", FO_ORDER_ACKNOWLEDGE},
        {"了知 4711", "4711", FO_ORDER_ACKNOWLEDGE},
        {"了解です。４７１１", "4711", FO_ORDER_ACKNOWLEDGE},
        {"Ack 4711", "4711", FO_ORDER_ACKNOWLEDGE},
        {"4711 9", "4711", FO_ORDER_CANNOT},
        {"4711 2", "4711", FO_ORDER_OWN},
        {"4711　９", "4711", FO_ORDER_CANNOT},
        {"対応できない 4711", "4711", FO_ORDER_CANNOT},
        {"4711 CANNOT", "4711", FO_ORDER_CANNOT},
        {"着手 4711", "4711", FO_ORDER_OWN},
        {"復旧 4711", "4711", FO_ORDER_RESOLVE},
        {"了知 対応不可 4711", "4711", FO_ORDER_KINDS},
        {"", "", FO_ORDER_ACKNOWLEDGE},
        {"了知", "", FO_ORDER_ACKNOWLEDGE},
        {"4711 4712", "", FO_ORDER_ACKNOWLEDGE},
        {"47110", "", FO_ORDER_ACKNOWLEDGE},
        {"090-1234-5678 4711", "", FO_ORDER_ACKNOWLEDGE},
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char code[MD_ANSWER_CODE_SIZE];
        uint8_t order = md_text_answer(answers[i].text, code);

        cr_assert_str_eq(code, answers[i].code, "%s: %s", answers[i].text, code);
        cr_assert_eq(order, answers[i].order, "%s: %u", answers[i].text, order);
    }
}
