package io.dbmanager.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbmanager.common.Credentials;
import io.dbmanager.tests.scenario.Fleet;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.EachFamily;
import io.dbmanager.tests.servers.ServerFlavour;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientProgramsTest {
    private static final String SCHEMA = "app";

    /** An account of the server's default kind, as an application has one. */
    private static final Credentials APPLICATION = Credentials.of("app", "it's a \"pass\" word");

    @EachFamily
    void holdsStraightAndThroughTheProxy(ServerFlavour flavour) throws Exception {
        try (Cluster cluster = Cluster.of(flavour).replicas(2).start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE DATABASE " + SCHEMA,
                            "CREATE USER app@'%' IDENTIFIED BY 'it''s a \"pass\" word'",
                            "GRANT ALL PRIVILEGES ON *.* TO app@'%'");
            try (Fleet fleet = Fleet.synced(cluster)) {
                Map<ClientProgram, String> straight = new EnumMap<>(ClientProgram.class);
                Map<ClientProgram, String> proxied = new EnumMap<>(ClientProgram.class);
                Map<ClientProgram, String> expected = new EnumMap<>(ClientProgram.class);
                for (ClientProgram program : ClientProgram.values()) {
                    if (program.isInstalled()) {
                        expected.put(program, "ok");
                        straight.put(
                                program,
                                program.run(cluster.primary().address(), APPLICATION, SCHEMA));
                        proxied.put(
                                program, program.run(fleet.proxyAddress(), APPLICATION, SCHEMA));
                    }
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
