/* SPDX-License-Identifier: Apache-2.0 */
/* Password files: what is taken, what is refused, and that the secret stays out of the message. */
#include "monitord/secret_file.h"
#include "tests/lib/daemon_fixture.h"

static bool read_it(const struct place *place, const char *text, unsigned mode, char *secret,
                    char *error)
{
    char path[160];

    place_write(place, "secret", text, mode);
    snprintf(path, sizeof(path), "%s/secret", place->directory);
    return md_secret_read(path, secret, error, 256);
}

Test(secret_file, the_first_line_of_a_private_file_is_the_secret)
{
    struct place place;
    char secret[MD_SECRET_MAX], error[256];

    place_make(&place, 0);
    cr_assert(read_it(&place, "open sesame\nsecond line\n", 0600, secret, error));
    cr_assert_str_eq(secret, "open sesame");
    cr_assert(read_it(&place, "no newline", 0400, secret, error));
    cr_assert_str_eq(secret, "no newline");
    place_remove(&place);
}

Test(secret_file, a_file_that_others_may_read_is_refused_without_telling_the_secret)
{
    struct place place;
    char secret[MD_SECRET_MAX], error[256], longer[MD_SECRET_MAX + 10];

    place_make(&place, 0);
    cr_assert_not(read_it(&place, "open sesame\n", 0640, secret, error));
    cr_assert_not_null(strstr(error, "only its owner"));
    cr_assert_null(strstr(error, "sesame"));
    cr_assert_not(read_it(&place, "", 0600, secret, error));
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    cr_assert_not(read_it(&place, longer, 0600, secret, error));
    cr_assert_not(md_secret_read("/nonexistent", secret, error, sizeof(error)));
    cr_assert_not(md_secret_read(place.directory, secret, error, sizeof(error)));
    place_remove(&place);
}
