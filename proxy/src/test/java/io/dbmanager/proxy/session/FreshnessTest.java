package io.dbmanager.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.proxy.route.Requirement;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What reads must see after writes of which more or less is told. */
class FreshnessTest {
    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final Freshness freshness =
            new Freshness(Consistency.SESSION, new SharedPosition(), Flavour.MYSQL);

    /**
     * The write whose time alone is known is not forgotten when the next one comes with its GTID.
     */
    @Test
    void bothKindsOfWritesAreRequired() throws IOException {
        try (FakeMySqlServer server = new FakeMySqlServer("primary")) {
            TopologySnapshot topology = FakeServers.snapshot(1, server, List.of());
            freshness.wroteAt(NOW, topology);
            assertThat(freshness.required()).isEqualTo(new Requirement.WrittenAt(NOW));
            freshness.committed(UUID + ":7", topology);
            assertThat(freshness.required())
                    .isEqualTo(new Requirement.GtidsAndWrittenAt(gtids("7"), NOW));
            freshness.committed(UUID + ":8", topology);
            freshness.wroteAt(NOW.plusSeconds(1), topology);
            assertThat(freshness.required())
                    .isEqualTo(new Requirement.GtidsAndWrittenAt(gtids("7-8"), NOW.plusSeconds(1)));
        }
    }

    private static GtidSet gtids(String interval) {
        return GtidSet.parse(Flavour.MYSQL, UUID + ":" + interval);
    }
}
