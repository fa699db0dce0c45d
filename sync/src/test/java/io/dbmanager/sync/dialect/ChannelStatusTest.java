package io.dbmanager.sync.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Position;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.jdbc.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelStatusTest {
    private static Row row(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines()
                .map(line -> line.split(":", 2))
                .forEach(pair -> values.put(pair[0].strip(), pair[1].strip()));
        return new Row(Map.copyOf(values));
    }

    private static ChannelStatus read(String version, Row row) {
        return Dialects.forVersion(ServerVersion.parse(version)).channel(row);
    }

    @Test
    void readsTheOldWords() {
        ChannelStatus status =
                read(
                        "8.0.15",
                        row(
                                """
                                Slave_IO_State: Waiting for master to send event
                                Master_Host: 10.0.0.5
                                Master_User: dbmanager_r1
                                Master_Port: 3306
                                Relay_Master_Log_File: binlog.000003
                                Slave_IO_Running: Yes
                                Slave_SQL_Running: No
                                Replicate_Do_DB:
                                Exec_Master_Log_Pos: 1234
                                Seconds_Behind_Master: 7
                                Last_IO_Errno: 0
                                Last_IO_Error:
                                Last_SQL_Errno: 1062
                                Last_SQL_Error: Duplicate entry '4'
                                Master_UUID: 3e11fa47-71ca-11e1-9e33-c80aa9429562
                                SQL_Delay: 0
                                Auto_Position: 1
                                Channel_Name:
                                """));
        assertThat(status)
                .isEqualTo(
                        new ChannelStatus(
                                "",
                                "10.0.0.5",
                                3306,
                                "dbmanager_r1",
                                "3e11fa47-71ca-11e1-9e33-c80aa9429562",
                                ChannelStatus.Io.RUNNING,
                                false,
                                ChannelStatus.ThreadError.NONE,
                                new ChannelStatus.ThreadError(1062, "Duplicate entry '4'"),
                                true,
                                new Position.FileOffset("binlog.000003", 1234),
                                Optional.of(7L),
                                0,
                                false));
    }

    @Test
    void readsTheNewWords() {
        ChannelStatus status =
                read(
                        "9.7.4",
                        row(
                                """
                                Source_Host: db.example
                                Source_User: repl
                                Source_Port: 3307
                                Relay_Source_Log_File: binlog.000009
                                Replica_IO_Running: Connecting
                                Replica_SQL_Running: Yes
                                Replicate_Ignore_Table: a.b
                                Exec_Source_Log_Pos: 4
                                Last_IO_Errno: 2003
                                Last_IO_Error: error connecting
                                Auto_Position: 0
                                SQL_Delay: 30
                                Channel_Name: other
                                """));
        assertThat(status.name()).isEqualTo("other");
        assertThat(status.sourceHost()).isEqualTo("db.example");
        assertThat(status.sourcePort()).isEqualTo(3307);
        assertThat(status.io()).isEqualTo(ChannelStatus.Io.CONNECTING);
        assertThat(status.ioError().code()).isEqualTo(2003);
        assertThat(status.executed()).isEqualTo(new Position.FileOffset("binlog.000009", 4));
        assertThat(status.secondsBehind()).isEmpty();
        assertThat(status.autoPosition()).isFalse();
        assertThat(status.filtered()).isTrue();
        assertThat(status.delay()).isEqualTo(30);
    }

    @ParameterizedTest(name = "MariaDB, Using_Gtid {0}: {1}")
    @CsvSource({"No, false", "Slave_Pos, true", "Current_Pos, true"})
    void readsMariaDb(String usingGtid, boolean autoPosition) {
        ChannelStatus status =
                read(
                        "11.4.5-MariaDB",
                        row(
                                """
                                Connection_name: c1
                                Master_Host: 10.0.0.5
                                Master_Port: 3306
                                Slave_IO_Running: Preparing
                                Slave_SQL_Running: Yes
                                Relay_Master_Log_File: server-bin.000001
                                Exec_Master_Log_Pos: 329
                                Using_Gtid: %s
                                """
                                        .formatted(usingGtid)));
        assertThat(status.name()).isEqualTo("c1");
        assertThat(status.io()).isEqualTo(ChannelStatus.Io.CONNECTING);
        assertThat(status.autoPosition()).isEqualTo(autoPosition);
    }
}
