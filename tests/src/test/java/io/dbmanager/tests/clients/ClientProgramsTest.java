package io.dbmanager.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.tests.scenario.Fleet;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.ServerFlavour;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientProgramsTest {
    private static final String STRAIGHT = "straight";
    private static final String PROXIED = "proxied";

    /** An account of the server's default kind, as an application has one. */
    private static final Credentials APPLICATION = Credentials.of("app", "it's a \"pass\" word");

    @EachFamily
    void holdsStraightAndThroughTheProxy(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "SET GLOBAL local_infile = 1",
                            "CREATE DATABASE " + STRAIGHT,
                            "CREATE DATABASE " + PROXIED,
                            "CREATE USER app@'%' IDENTIFIED BY 'it''s a \"pass\" word'",
                            "GRANT ALL PRIVILEGES ON *.* TO app@'%'");
            ServerAddress primary = cluster.primary().address();
            try (Fleet fleet = Fleet.synced(cluster)) {
                List<ClientProgram> installed =
                        Arrays.stream(ClientProgram.values())
                                .filter(ClientProgram::isInstalled)
                                .toList();
                Map<ClientProgram, String> expected =
                        installed.stream().collect(Collectors.toMap(each -> each, _ -> "ok"));
                Map<ClientProgram, String> straight = new ConcurrentHashMap<>();
                Map<ClientProgram, String> proxied = new ConcurrentHashMap<>();
                // Side by side, but one after the other each way: some share the names of tables.
                try (ExecutorService ways = Executors.newFixedThreadPool(2)) {
                    ways.execute(() ->
                            installed.forEach(each ->
                                    straight.put(each, each.run(primary, APPLICATION, STRAIGHT))));
                    ways.execute(() ->
                            installed.forEach(each ->
                                    proxied.put(
                                            each,
                                            each.run(fleet.proxyAddress(), APPLICATION, PROXIED))));
                }
                assertThat(straight).as("straight").isEqualTo(expected);
                assertThat(proxied).as("through the proxy").isEqualTo(expected);
            }
        }
    }

    /** Says by name which programs did not run. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(ClientProgram.class)
    void isInstalled(ClientProgram program) {
        assumeTrue(program.isInstalled(), program + " or its driver is not installed here");
    }
}
