package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.inspect.SessionDefaults;
import io.dbmanager.sync.inspect.TimeFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsJudgeTest {
    private static final Map<String, String> STRICT =
            Map.of("sql_mode", "STRICT_ALL_TABLES,ANSI_QUOTES", "max_allowed_packet", "1000");

    private static SessionDefaults on(String version, Map<String, String> variables) {
        return new SessionDefaults(ServerVersion.parse(version), variables, TimeFacts.UTC);
    }

    private static SessionDefaults at(TimeFacts time, String zone) {
        return new SessionDefaults(ServerVersion.parse("9.7.4"), Map.of("time_zone", zone), time);
    }

    private static TimeFacts time(long offset, long zones, long aheadMillis, long precision) {
        return new TimeFacts(
                offset, zones, Duration.ofMillis(aheadMillis), Duration.ofMillis(precision));
    }

    static Stream<Arguments> defaults() {
        SessionDefaults mySql = on("9.7.4", STRICT);
        SessionDefaults utc = at(TimeFacts.UTC, "SYSTEM");
        return Stream.of(
                Arguments.of("equal", mySql, on("9.7.4", STRICT), ""),
                Arguments.of(
                        "the same modes in another order",
                        mySql,
                        on(
                                "9.7.4",
                                Map.of(
                                        "sql_mode",
                                        "ANSI_QUOTES,STRICT_ALL_TABLES",
                                        "max_allowed_packet",
                                        "1000")),
                        ""),
                Arguments.of(
                        "another mode",
                        mySql,
                        on("9.7.4", Map.of("sql_mode", "", "max_allowed_packet", "1000")),
                        "SESSION_DEFAULTS true true"),
                Arguments.of(
                        "another mode on another version",
                        on("8.0.15", STRICT),
                        on("8.4.1", Map.of("sql_mode", "", "max_allowed_packet", "1000")),
                        "SESSION_DEFAULTS false false"),
                Arguments.of(
                        "a mode that newer servers do without",
                        on("5.7.22", Map.of("sql_mode", "STRICT_ALL_TABLES,NO_AUTO_CREATE_USER")),
                        on("8.0.15", Map.of("sql_mode", "STRICT_ALL_TABLES")),
                        ""),
                Arguments.of(
                        "one character set under two names",
                        on("5.7.22", Map.of("character_set_server", "utf8")),
                        on("8.0.15", Map.of("character_set_server", "utf8mb3")),
                        ""),
                Arguments.of(
                        "larger packets than the primary",
                        mySql,
                        on(
                                "9.7.4",
                                Map.of(
                                        "sql_mode",
                                        "STRICT_ALL_TABLES,ANSI_QUOTES",
                                        "max_allowed_packet",
                                        "2000")),
                        ""),
                Arguments.of(
                        "another zone, of the host",
                        utc,
                        at(time(120, 0, 0, 0), "SYSTEM"),
                        "TIME_ZONE true false"),
                Arguments.of(
                        "another zone than was chosen on the primary",
                        at(TimeFacts.UTC, "+00:00"),
                        at(time(120, 0, 0, 0), "SYSTEM"),
                        "TIME_ZONE true true"),
                Arguments.of(
                        "no names of zones",
                        at(time(0, 600, 0, 0), "SYSTEM"),
                        utc,
                        "TIME_ZONE_TABLES true false"),
                Arguments.of("more names of zones", utc, at(time(0, 600, 0, 0), "SYSTEM"), ""),
                Arguments.of(
                        "clock behind",
                        utc,
                        at(time(0, 0, -3000, 10), "SYSTEM"),
                        "CLOCK false false"),
                Arguments.of("clock nearly right", utc, at(time(0, 0, 1900, 10), "SYSTEM"), ""),
                Arguments.of(
                        "clock that could not be measured well",
                        utc,
                        at(time(0, 0, 3000, 2000), "SYSTEM"),
                        ""),
                Arguments.of(
                        "rows that differ are passed over",
                        on("9.7.4", Map.of()),
                        on("9.7.4", Map.of("replica_exec_mode", "IDEMPOTENT")),
                        "ERRORS_TOLERATED false true"),
                Arguments.of(
                        "errors are passed over",
                        on("9.7.4", Map.of()),
                        on("9.7.4", Map.of("slave_skip_errors", "1062")),
                        "ERRORS_TOLERATED false false"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("defaults")
    void judges(String what, SessionDefaults primary, SessionDefaults replica, String expected) {
        assertThat(SettingsJudge.judge(primary, replica))
                .as(what)
                .extracting(j -> j.finding().kind() + " " + j.misleads() + " " + j.curable())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
    }
}
