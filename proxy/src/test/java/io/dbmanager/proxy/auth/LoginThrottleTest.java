package io.dbmanager.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LoginThrottleTest {
    private final LoginThrottle throttle = new LoginThrottle();

    @Test
    void letsPeopleMistypeAndThenDoublesTheWaitUpToABound() {
        fail("10.0.0.1", "app", 4);
        assertThat(delay("10.0.0.1", "app")).isZero();
        fail("10.0.0.1", "app", 1);
        assertThat(delay("10.0.0.1", "app")).isEqualTo(Duration.ofMillis(100));
        fail("10.0.0.1", "app", 1);
        assertThat(delay("10.0.0.1", "app")).isEqualTo(Duration.ofMillis(200));
        fail("10.0.0.1", "app", 200);
        assertThat(delay("10.0.0.1", "app")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void leavesOtherUsersAndOtherAddressesAlone() {
        fail("10.0.0.1", "app", 20);
        assertThat(delay("10.0.0.1", "other")).isZero();
        assertThat(delay("10.0.0.2", "app")).isZero();
    }

    @Test
    void slowsAnAddressThatTriesManyUsers() {
        for (int i = 0; i < 52; i++) {
            throttle.failed("10.0.0.1", "user" + i, 0);
        }
        assertThat(delay("10.0.0.1", "another")).isEqualTo(Duration.ofMillis(400));
        assertThat(delay("10.0.0.2", "another")).isZero();
    }

    @Test
    void forgetsByASuccessAndByTime() {
        fail("10.0.0.1", "app", 7);
        fail("10.0.0.1", "job", 7);
        throttle.succeeded("10.0.0.1", "app");
        assertThat(delay("10.0.0.1", "app")).isZero();
        assertThat(delay("10.0.0.1", "job")).isPositive();
        long later = Duration.ofMinutes(11).toNanos();
        assertThat(throttle.delay("10.0.0.1", "job", later)).isZero();
    }

    @Test
    void remembersTheLatestOfManyGuessers() {
        for (int i = 0; i < 30_000; i++) {
            throttle.failed("10.0." + i / 256 + "." + i % 256, "app", 0);
        }
        fail("10.0.117.1", "app", 10);
        assertThat(delay("10.0.117.1", "app")).isPositive();
    }

    private void fail(String host, String user, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(host, user, 0);
        }
    }

    private Duration delay(String host, String user) {
        return throttle.delay(host, user, 0);
    }
}
