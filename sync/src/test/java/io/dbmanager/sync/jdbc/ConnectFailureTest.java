package io.dbmanager.sync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.jdbc.ConnectFailure.Kind;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectFailureTest {
    @ParameterizedTest(name = "error {0} is {1}")
    @CsvSource({
        "1045, WRONG_PASSWORD",
        "1698, WRONG_PASSWORD",
        "1040, TOO_MANY_CONNECTIONS",
        "1203, TOO_MANY_CONNECTIONS",
        "1130, NOT_FROM_HERE",
        "1129, NOT_FROM_HERE",
        "1053, STARTING",
        "1146, OTHER"
    })
    void byTheServersCode(int code, Kind expected) {
        assertThat(ConnectFailure.of(new SQLException("text", "HY000", code)).kind())
                .isEqualTo(expected);
    }

    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), Kind.REFUSED),
                Arguments.of(new ConnectException("Connection timed out"), Kind.NO_ANSWER),
                Arguments.of(new SocketTimeoutException("Read timed out"), Kind.NO_ANSWER),
                Arguments.of(new NoRouteToHostException("No route"), Kind.NO_ANSWER),
                Arguments.of(new UnknownHostException("db.example"), Kind.UNKNOWN_HOST),
                Arguments.of(new EOFException("unexpected end"), Kind.STARTING));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void byWhatIsBehindALostConnection(Exception cause, Kind expected) {
        SQLException failure =
                new SQLException(
                        "Communications link failure\n\nThe last packet ...",
                        "08S01",
                        0,
                        new RuntimeException("wrapped", cause));
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(expected);
    }

    @Test
    void onlyAWrongPasswordOrAClosedDoorIsNotWorthWaitingFor() {
        assertThat(Stream.of(Kind.values()).filter(kind -> !kind.mayPass()))
                .containsExactly(Kind.WRONG_PASSWORD, Kind.NOT_FROM_HERE);
    }

    @Test
    void anEssayIsCutToItsFirstLineAndItsCause() {
        SQLException lost =
                new SQLException(
                        "Communications link failure\n\nThe last packet ...",
                        new RuntimeException("Read timed out"));
        assertThat(Failures.brief(lost)).isEqualTo("the connection was lost: Read timed out");
        assertThat(Failures.brief(new SQLException("one\ntwo"))).isEqualTo("one");
        assertThat(Failures.brief(new SQLException())).isEqualTo("SQLException");
    }
}
