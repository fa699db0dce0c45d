package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy takes memory for the rows under way, however many there are. */
class BoundedMemoryTest {
    private static final int ROW_MEGABYTES = 16;
    private static final int ROWS = 22;
    private static final String SUM =
            "SELECT COUNT(*), SUM(LENGTH(b)), BIT_XOR(CRC32(b)) FROM wide.blobs";

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    /** 352 MB of rows that are half escapes, the worst case, through two connections. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void wideRowsGoThroughASmallHeap() throws Exception {
        // Without TLS, which takes most of the time where a JVM has no help from the processor.
        try (Cluster cluster =
                Cluster.of(ServerFlavour.MARIADB_11_4)
                        .primaryArguments("--skip-ssl")
                        .replicaArguments("--skip-ssl")
                        .start()) {
            Login primary = cluster.primary().root();
            primary.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
            primary.execute(
                    "SET SESSION sql_log_bin = 0",
                    "CREATE DATABASE wide",
                    "CREATE TABLE wide.blobs (id INT PRIMARY KEY, b LONGBLOB)",
                    "INSERT INTO wide.blobs SELECT seq, REPEAT(CONCAT(CHAR(64 + seq), CHAR(10)), "
                            + (ROW_MEGABYTES << 19)
                            + ") FROM wide.seq_1_to_"
                            + ROWS);
            StartsyncProcess.environment(folder, cluster);

            try (StartsyncProcess once =
                    StartsyncProcess.startWithHeap(
                            folder, "320m", "--once", "--copy-threads", "2")) {
                once.succeeds();
            }

            assertThat(cluster.replica(1).as(cluster.primary().credentials()).rows(SUM))
                    .isEqualTo(primary.rows(SUM));
        }
    }
}
