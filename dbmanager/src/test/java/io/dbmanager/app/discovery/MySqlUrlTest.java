package io.dbmanager.app.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlUrlTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ' ',
            value = {
                "mysql://root:pw@10.0.0.5:3306 root pw 10.0.0.5 3306",
                "mysql://root:B61J14)]U4^L}.najnyE@db.example.com:7379 root B61J14)]U4^L}.najnyE"
                        + " db.example.com 7379",
                "mysql://root:a@b@10.0.0.5:3306 root a@b 10.0.0.5 3306",
                "mysql://root:a:b@10.0.0.5:3306 root a:b 10.0.0.5 3306",
                "mysql://root:a/b@10.0.0.5:3306 root a/b 10.0.0.5 3306",
                "mysql://root:a#b@10.0.0.5:3306 root a#b 10.0.0.5 3306",
                "mysql://root:a?b@10.0.0.5:3306 root a?b 10.0.0.5 3306",
                "mysql://root:a%b@10.0.0.5:3306 root a%b 10.0.0.5 3306",
                "mysql://root:100%@10.0.0.5:3306 root 100% 10.0.0.5 3306",
                "mysql://root:a%40b%3A%2F%23%25@10.0.0.5:3306 root a@b:/#% 10.0.0.5 3306",
                "mysql://root:%5D%5E@10.0.0.5:3306 root ]^ 10.0.0.5 3306",
                "mysql://root:%41]@10.0.0.5:3306 root %41] 10.0.0.5 3306",
                "mysql://root:%ff@10.0.0.5:3306 root %ff 10.0.0.5 3306",
                "mysql://root:@10.0.0.5:3306 root \"\" 10.0.0.5 3306",
                "mysql://root:pw@[2001:db8::1]:3306 root pw 2001:db8::1 3306",
                "mysql://root:pw@10.0.0.5:3306/shop root pw 10.0.0.5 3306",
                "mysql://root:p@w@10.0.0.5:3306/shop?x=y root p@w 10.0.0.5 3306",
                "mysql://root:pw@x/y@10.0.0.5:3306/shop root pw@x/y 10.0.0.5 3306",
                "MYSQL://ro%40ot:pw@h:1 ro@ot pw h 1",
            })
    void readsAnyPassword(String text, String user, String password, String host, String port) {
        MySqlUrl url = MySqlUrl.parse(text);

        assertThat(url.user()).hasValue(user);
        assertThat(url.password()).hasValue(password);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).hasValue(port);
    }

    /** What a platform writes is either raw or encoded; an encoded text is always read back. */
    @Test
    void readsBackEveryEncodedPassword() {
        Random random = new Random(42);
        for (int round = 0; round < 2000; round++) {
            StringBuilder password = new StringBuilder();
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                password.appendCodePoint(
                        random.nextInt(4) == 0
                                ? random.nextInt(0xa1, 0x800)
                                : random.nextInt(32, 127));
            }
            String encoded =
                    URLEncoder.encode(password.toString(), StandardCharsets.UTF_8)
                            .replace("+", "%20");

            assertThat(MySqlUrl.parse("mysql://root:" + encoded + "@h:1").password())
                    .hasValue(password.toString());
        }
    }

    @Test
    void missesWhatIsNotThere() {
        assertThat(MySqlUrl.parse("mysql://10.0.0.5").port()).isEmpty();
        assertThat(MySqlUrl.parse("mysql://10.0.0.5:3306").user()).isEmpty();
        assertThat(MySqlUrl.parse("mysql://root@10.0.0.5").password()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://root:hush@h:1", "root:hush@h:1", "mysql://root:hush@", "mysql://"})
    void refusesOthersWithoutShowingThePassword(String text) {
        assertThatThrownBy(() -> MySqlUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hush");
    }
}
