package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ServerVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRulesTest {
    @ParameterizedTest(name = "{1} under {0}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    5.7.22          | 5.7.44          | -
                    5.7.44          | 5.7.22          | -
                    5.7.22          | 8.0.15          | -
                    5.7.22          | 8.4.0           | too new
                    8.0.15          | 8.0.33          | -
                    8.0.33          | 8.0.15          | -
                    8.0.33          | 8.4.0           | -
                    8.0.33          | 9.7.4           | too new
                    8.4.0           | 9.7.4           | -
                    8.4.0           | 8.0.33          | older
                    9.7.4           | 26.7.0          | -
                    8.4.0           | 26.7.0          | too new
                    26.10.0         | 26.7.0          | older
                    26.7.0          | 27.1.0          | -
                    10.11.6-MariaDB | 11.4.5-MariaDB  | -
                    11.4.5-MariaDB  | 10.11.6-MariaDB | older
                    10.3.9-MariaDB  | 12.1.0-MariaDB  | -
                    8.0.33          | 11.4.5-MariaDB  | use a MySQL server
                    11.4.5-MariaDB  | 9.7.4           | use a MariaDB server
                    """)
    void whoMayReplicateWhom(String primary, String replica, String because) {
        var whyNot =
                VersionRules.whyNot(ServerVersion.parse(primary), ServerVersion.parse(replica));
        if (because == null) {
            assertThat(whyNot).isEmpty();
        } else {
            assertThat(whyNot).hasValueSatisfying(s -> assertThat(s).contains(because));
        }
    }
}
