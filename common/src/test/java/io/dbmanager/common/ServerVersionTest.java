package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @ParameterizedTest(name = "{0} ({1}) is {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    8.0.15                                   | MySQL Community Server - GPL | MySQL 8.0.15
                    5.7.22-log                               | -                            | MySQL 5.7.22
                    9.7.4-2                                  | (Debian)                     | MySQL 9.7.4
                    26.7.0                                   | -                            | MySQL 26.7.0
                    26.10                                    | -                            | MySQL 26.10.0
                    8.0.36-28.1                              | Percona Server (GPL)         | MySQL 8.0.36
                    11.4.5-MariaDB-log                       | -                            | MariaDB 11.4.5
                    5.5.5-10.11.6-MariaDB-0+deb12u1          | -                            | MariaDB 10.11.6
                    10.11.19-MARIADB                         | -                            | MariaDB 10.11.19
                    10.6.5                                   | MariaDB Server               | MariaDB 10.6.5
                    """)
    void readsWhatServersSay(String text, String comment, String expected) {
        assertThat(ServerVersion.parse(text, comment == null ? "" : comment).display())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "MariaDB", "v8.0.1", "eight.zero"})
    void refusesWhatIsNoVersion(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerVersion.parse(text))
                .withMessageContaining("is not a server version");
    }

    @Test
    void versionsByYearFollowTheOldOnes() {
        ServerVersion lts = ServerVersion.parse("9.7.4");
        ServerVersion byYear = ServerVersion.parse("26.7.0");
        assertThat(byYear).isGreaterThan(lts);
        assertThat(byYear.atLeast(8, 4, 0)).isTrue();
        assertThat(lts.atLeast(26, 0, 0)).isFalse();
    }

    @ParameterizedTest(name = "8.0.22 at least {0}.{1}.{2}: {3}")
    @CsvSource({
        "8,0,22,true",
        "8,0,23,false",
        "8,1,0,false",
        "7,9,99,true",
        "9,0,0,false",
        "8,0,0,true"
    })
    void atLeastComparesNumberByNumber(int major, int minor, int patch, boolean expected) {
        assertThat(ServerVersion.parse("8.0.22").atLeast(major, minor, patch)).isEqualTo(expected);
    }
}
