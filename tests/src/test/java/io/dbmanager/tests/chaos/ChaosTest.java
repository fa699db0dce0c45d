package io.dbmanager.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.Login;
import io.dbmanager.tests.servers.ServerFlavour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to servers and to startsync itself while applications work: nothing that was
 * acknowledged is lost, nothing is read that is older than promised, reads do not fail while a
 * server is left, and in the end all servers are equal and nothing has leaked. The faults come in
 * the order that belongs to a seed; {@code tests/chaos/storms} tries more of them.
 */
class ChaosTest {
    private static final long FIRST = Long.getLong("chaos.first", 1);
    private static final int SEEDS = Integer.getInteger("chaos.seeds", 1);

    /** Which faults come, by name, or all of them. */
    private static final String FAULTS = System.getProperty("chaos.faults", "");

    private static final List<Fault> OF_MYSQL =
            List.of(Fault.PRIMARY_KILLED, Fault.REPLICA_CUT_OFF, Fault.PROGRAM_KILLED);
    private static final List<Fault> OF_MARIADB =
            List.of(Fault.REPLICA_KILLED, Fault.PRIMARY_CUT_OFF, Fault.REPLICA_FROZEN);

    private static final int FEW = 6;
    private static final Credentials APPLICATION = Credentials.of("app", "app-secret");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    @EachFamily
    void nothingIsLost(ServerFlavour flavour) throws Exception {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            storm(flavour, seed);
        }
    }

    private static List<Fault> faults(ServerFlavour flavour, Random random) {
        List<Fault> all =
                new ArrayList<>(
                        switch (FAULTS) {
                            case "" -> flavour.isMariaDb() ? OF_MARIADB : OF_MYSQL;
                            case "all" -> List.of(Fault.values());
                            default -> Stream.of(FAULTS.split(",")).map(Fault::valueOf).toList();
                        });
        Collections.shuffle(all, random);
        return all;
    }

    private void storm(ServerFlavour flavour, long seed) throws Exception {
        Random random = new Random(seed);
        // Where they are few, clients share them, and take them from each other all the time.
        int backends = random.nextBoolean() ? FEW : 0;
        List<Fault> faults = faults(flavour, random);
        Path own = Files.createDirectory(folder.resolve("storm-" + seed));
        try (Cluster cluster = Cluster.of(flavour).replicas(Stage.REPLICAS).start();
                Stage stage = new Stage(own, cluster, backends)) {
            stage.awaitWell();
            Resources before = Resources.of(stage.program());
            Load load = Load.begin(stage.throughProxy(APPLICATION), cluster.primary().root(), seed);
            try (load) {
                load.awaitEach(5);
                for (Fault fault : faults) {
                    befall(stage, load, fault, 1 + random.nextInt(Stage.REPLICAS));
                }
            } finally {
                System.out.printf(
                        "%s, seed %d, %d backends, %s:%n%s%n",
                        flavour, seed, backends, faults, load.summary());
            }
            assertThat(load.journal().wrongAnswers()).isEmpty();
            assertThat(load.journal().inexcusable()).isEmpty();
            nothingIsMissing(stage, load);
            assertThat(stage.status().readsByReplicas()).isPositive();
            nothingHasLeaked(stage, before);
        }
    }

    private static void befall(Stage stage, Load load, Fault fault, int replica) throws Exception {
        long since = System.nanoTime();
        try {
            fault.happen(stage, load, replica);
            stage.awaitWell();
            // Whoever still holds a broken connection finds out.
            load.awaitEach(2);
        } catch (Throwable e) {
            throw new AssertionError(
                    fault + " of " + Stage.name(replica) + "\n" + stage.program().output(), e);
        }
        load.journal().troubled(fault, since);
    }

    private static void nothingIsMissing(Stage stage, Load load) throws Exception {
        stage.awaitCaughtUp();
        try (Connection primary = stage.primary().root().connect()) {
            List<String> missing = new ArrayList<>(load.missing("dbwrite", primary));
            for (int i = 1; i <= Stage.REPLICAS; i++) {
                try (Connection replica = stage.synced(i).connect()) {
                    missing.addAll(load.missing(Stage.name(i), replica));
                    missing.addAll(ServerComparison.differences(primary, replica));
                }
            }
            assertThat(missing).isEmpty();
        }
    }

    /** Without clients, all is as it was before they came. */
    private static void nothingHasLeaked(Stage stage, Resources before) throws Exception {
        Login login = stage.throughProxy(APPLICATION);
        await("connections are given back")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    try (Connection only = login.connect()) {
                        for (List<?> server : Login.rows(only, "SHOW PROXY STATUS")) {
                            // One of them is this one's.
                            assertThat(Integer.parseInt(String.valueOf(server.get(5))))
                                    .as("%s", server)
                                    .isLessThanOrEqualTo(1);
                        }
                    }
                });
        await("files and threads are given back")
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(Resources.of(stage.program()).beyond(before)).isEmpty());
        assertThat(stage.program().output()).doesNotContain("LEAK", "Exception", "ERROR");
    }
}
