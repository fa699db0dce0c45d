package io.dbmanager.tests.drivers;

import io.dbmanager.tests.servers.ServerFlavour;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to a server is held to the same contracts: each driver, through the proxy to every
 * flavour, and straight to the primary. What holds on the straight way and not through the proxy is
 * the proxy's fault.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("ways")
class DriversTest {
    /** That the contracts are right is shown where the servers' own answers differ. */
    private static final Set<ServerFlavour> STRAIGHT =
            Set.of(ServerFlavour.MYSQL_9_7, ServerFlavour.MYSQL_8_0, ServerFlavour.MARIADB_11_4);

    /** Where both drivers are tried; elsewhere only that of the server's own family. */
    private static final Set<ServerFlavour> BOTH_DRIVERS =
            Set.of(ServerFlavour.MYSQL_9_7, ServerFlavour.MARIADB_11_4);

    @SuppressWarnings("NullAway.Init")
    @Parameter
    Way way;

    static Stream<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (ServerFlavour flavour : ServerFlavour.values()) {
            for (Driver driver : driversOf(flavour)) {
                if (STRAIGHT.contains(flavour)) {
                    ways.add(new Way(flavour, driver, false));
                }
                ways.add(new Way(flavour, driver, true));
            }
        }
        return ways.stream();
    }

    private static List<Driver> driversOf(ServerFlavour flavour) {
        if (BOTH_DRIVERS.contains(flavour)) {
            return List.of(Driver.values());
        }
        return List.of(flavour.isMariaDb() ? Driver.MARIADB : Driver.CONNECTOR_J);
    }

    @AfterAll
    static void closeServers() {
        Fixture.closeCurrent();
    }

    @Nested
    class Values extends ValuesContract {
        Values() {
            super(way);
        }
    }

    @Nested
    class Writes extends WritesContract {
        Writes() {
            super(way);
        }
    }

    @Nested
    class Session extends SessionContract {
        Session() {
            super(way);
        }
    }

    @Nested
    class Errors extends ErrorsContract {
        Errors() {
            super(way);
        }
    }

    @Nested
    class TheConnection extends ConnectionContract {
        TheConnection() {
            super(way);
        }
    }
}
