/* SPDX-License-Identifier: Apache-2.0 */
/* The key of the heartbeats: 64 hex digits in a file of its owner alone. */
#include "tests/unit/config/site_text.h"

#include <sys/stat.h>

#define DIGITS "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100"

static bool key_accepted(const char *text, mode_t mode, uint8_t key[32], char error[200])
{
    char *path = text_write(text, strlen(text));
    cr_assert_eq(chmod(path, mode), 0);
    bool accepted = cfg_key_load(path, key, error, 200);
    unlink(path);
    free(path);
    return accepted;
}

Test(key, digits_become_bytes_with_or_without_a_line_end)
{
    uint8_t key[32];
    char error[200];
    cr_assert(key_accepted(DIGITS "\n", 0600, key, error));
    cr_assert_eq(key[1], 0x11);
    cr_assert_eq(key[15], 0xff);
    cr_assert_eq(key[16], 0xff);
    cr_assert_eq(key[31], 0x00);
    cr_assert(key_accepted(DIGITS, 0400, key, error));
}

Test(key, a_file_others_can_use_is_refused)
{
    uint8_t key[32];
    char error[200];
    cr_assert_not(key_accepted(DIGITS "\n", 0640, key, error));
    cr_assert_not_null(strstr(error, "mode 0640"));
    cr_assert_not(key_accepted(DIGITS "\n", 0602, key, error));
}

Test(key, anything_else_is_refused_without_a_digit_in_the_message)
{
    static const char *const bad[] = {"",
                                      "\n",
                                      DIGITS "0\n",
                                      DIGITS "\n\n",
                                      " " DIGITS,
                                      DIGITS "\r\n",
                                      "0x" DIGITS,
                                      "g0112233445566778899aabbccddeeff"
                                      "ffeeddccbbaa99887766554433221100\n"};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t key[32];
        char error[200];
        cr_assert_not(key_accepted(bad[i], 0600, key, error), "%u", i);
        cr_assert_not_null(strstr(error, "is not a key of 64 hex digits"));
        cr_assert_null(strstr(error, "0112233"));
    }
}

Test(key, a_missing_file_and_a_directory_are_refused)
{
    uint8_t key[32];
    char error[200];
    cr_assert_not(cfg_key_load("/nowhere/key", key, error, sizeof error));
    cr_assert_not_null(strstr(error, "cannot be opened"));
    cr_assert_not(cfg_key_load("/tmp", key, error, sizeof error));
    cr_assert_not_null(strstr(error, "is not a regular file"));
}
