/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the first rung still reaches when every line is down, and who may answer. */
#include "tests/unit/config/site_text.h"

Test(reach, a_first_rung_that_hangs_on_lines_is_an_error_in_class_2)
{
    static const struct defect defects[] = {
        {"channels = [\"screen\", \"mail\"]", "channels = [\"mail\"]", "ladder", "ladder[0].roles",
         "a class 2 service needs at least one person there", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

Test(reach, the_same_is_a_warning_in_class_1)
{
    char *text = text_spoil(SITE_TEXT, "availability_class = 2; recovery_time = \"60s\"",
                            "availability_class = 1");
    static const struct defect defects[] = {
        {"channels = [\"screen\", \"mail\"]", "channels = [\"mail\"]", "ladder", "ladder[0].roles",
         "can be reached without a line", true},
    };
    DEFECTS_CHECK(text, false, defects);
    free(text);
}

Test(reach, a_first_rung_away_from_the_terminal_and_missing_logins_are_warnings)
{
    static const struct defect defects[] = {
        {"channels = [\"screen\", \"mail\"]", "channels = [\"sms\", \"mail\"]", "ladder",
         "ladder[0].roles", "has the terminal among the channels", true},
        {" login = \"head1\";", "", "persons", "persons", "an ordered switchover needs two", true},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
    char *text = text_spoil(SITE_TEXT, " login = \"head1\";", "");
    static const struct defect nobody[] = {
        {" login = \"chief1\";", "", "persons", "persons", "nobody has a login", true},
    };
    DEFECTS_CHECK(text, false, nobody);
    free(text);
}
