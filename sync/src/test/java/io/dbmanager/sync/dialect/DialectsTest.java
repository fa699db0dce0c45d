package io.dbmanager.sync.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dbmanager.common.ServerVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectsTest {
    @ParameterizedTest(name = "{0}: {1}, {2}, {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5.7.22          | SHOW SLAVE STATUS      | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    8.0.15          | SHOW SLAVE STATUS      | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    8.0.21          | SHOW SLAVE STATUS      | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    8.0.22          | SHOW REPLICA STATUS    | START REPLICA | SHOW MASTER STATUS     | SHOW REPLICAS
                    8.0.33          | SHOW REPLICA STATUS    | START REPLICA | SHOW MASTER STATUS     | SHOW REPLICAS
                    8.2.0           | SHOW REPLICA STATUS    | START REPLICA | SHOW BINARY LOG STATUS | SHOW REPLICAS
                    8.4.0           | SHOW REPLICA STATUS    | START REPLICA | SHOW BINARY LOG STATUS | SHOW REPLICAS
                    9.7.4           | SHOW REPLICA STATUS    | START REPLICA | SHOW BINARY LOG STATUS | SHOW REPLICAS
                    26.7.0          | SHOW REPLICA STATUS    | START REPLICA | SHOW BINARY LOG STATUS | SHOW REPLICAS
                    31.1.0          | SHOW REPLICA STATUS    | START REPLICA | SHOW BINARY LOG STATUS | SHOW REPLICAS
                    10.11.6-MariaDB | SHOW ALL SLAVES STATUS | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    11.4.5-MariaDB  | SHOW ALL SLAVES STATUS | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    12.0.1-MariaDB  | SHOW ALL SLAVES STATUS | START SLAVE   | SHOW MASTER STATUS     | SHOW SLAVE HOSTS
                    """)
    void choosesTheWordsOfAVersion(
            String version, String channels, String start, String binaryLog, String replicas) {
        ReplicationDialect dialect = Dialects.forVersion(ServerVersion.parse(version));
        assertThat(dialect.showChannels()).isEqualTo(channels);
        assertThat(dialect.startReplica()).isEqualTo(start);
        assertThat(dialect.showBinaryLogStatus()).isEqualTo(binaryLog);
        assertThat(dialect.showReplicas()).isEqualTo(replicas);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.6.51", "5.5.62", "10.2.44-MariaDB", "5.5.68-MariaDB"})
    void refusesWhatIsTooOld(String version) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dialects.forVersion(ServerVersion.parse(version)))
                .withMessageContaining("too old");
    }
}
