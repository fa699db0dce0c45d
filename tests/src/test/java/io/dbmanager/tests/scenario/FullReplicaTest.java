package io.dbmanager.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.ServerFlavour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica that has no room for what the primary has; a table in memory plays the full disk. */
class FullReplicaTest {
    @Test
    @Timeout(120)
    void theStartEndsAndSaysWhy() throws Exception {
        try (Cluster cluster =
                Cluster.of(ServerFlavour.MARIADB_11_4)
                        .replicas(1)
                        .replicaArguments("--maximum-max-heap-table-size=16384")
                        .start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE app",
                            "USE app",
                            "CREATE TABLE app.m (id INT, s CHAR(200)) ENGINE=MEMORY",
                            "INSERT INTO app.m SELECT seq, 'x' FROM seq_1_to_5000");
            try (Fleet fleet = Fleet.of(cluster)) {
                assertThat(fleet.sync()).isFalse();

                ReplicaStatus replica = fleet.replica(1);
                assertThat(replica.state()).isNotEqualTo(ReplicaState.REPLICATING);
                assertThat(replica.takesReads()).isFalse();
                assertThat(fleet.notes()).contains("failed").contains("is full");
            }
        }
    }
}
