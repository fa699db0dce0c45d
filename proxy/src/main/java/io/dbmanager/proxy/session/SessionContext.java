package io.dbmanager.proxy.session;

import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.auth.ClientLogin;
import io.dbmanager.proxy.backend.BackendPools;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.routine.Routines;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all sessions share. */
public record SessionContext(
        ProxySettings settings,
        Topology topology,
        BackendPools pools,
        ClientLogin.Tools login,
        SslContext clientTls,
        Sessions sessions,
        RouteCounters routes,
        SharedPosition written,
        Routines routines,
        Misjudged misjudged) {
    private static final Logger log = LoggerFactory.getLogger(SessionContext.class);

    /** The server that takes writes now. */
    Server primary() {
        return primary(topology.current());
    }

    public static Server primary(TopologySnapshot snapshot) {
        PrimaryStatus primary = snapshot.primary();
        return new Server(primary.name(), primary.address(), primary.sighting());
    }

    /** What to tell who needs the primary, while it is not known who that is. */
    static Optional<ErrPacket> doubt(TopologySnapshot snapshot) {
        return snapshot.primary()
                .doubt()
                .map(why ->
                        MySqlErrors.unreachable(
                                "The primary %s is not used: %s"
                                        .formatted(primary(snapshot), why)));
    }

    public static Server server(ReplicaStatus replica) {
        return new Server(replica.name(), replica.address(), 0);
    }

    void ended(int connectionId, SessionEnd why) {
        routes.ended(why);
        switch (why) {
            case CLIENT_QUIT, CLIENT_GONE, IDLE, DRAINED ->
                    log.debug("session ended id={} why={}", connectionId, why.word());
            case CLIENT_MALFORMED,
                    LOGIN_TIMEOUT,
                    LOGIN_REFUSED,
                    TOO_MANY_CLIENTS,
                    KILLED,
                    PRIMARY_LOST,
                    REPLICA_LOST,
                    ANSWER_CUT,
                    SERVER_ENDED,
                    INTERNAL ->
                    log.info("session ended id={} why={}", connectionId, why.word());
        }
    }
}
