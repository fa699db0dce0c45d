package io.dbmanager.sync.run;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.inspect.ServerIdentity;
import io.dbmanager.sync.inspect.ServerInspector;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.AccountRepair;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Compares a replica's accounts with its primary's, and puts them right. */
public final class AccountCare {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServerConnector connector;
    private final Logins logins;
    private final Path stateDir;

    /**
     * @param stateDir where accounts that go are saved
     */
    public AccountCare(ServerConnector connector, Logins logins, Path stateDir) {
        this.connector = connector;
        this.logins = logins.withPatience(PATIENCE);
        this.stateDir = stateDir;
    }

    /** What is done with both servers. */
    @FunctionalInterface
    private interface Work<T> {
        T with(AccountRepair repair) throws SQLException, SyncException, InterruptedException;
    }

    /**
     * Which accounts differ.
     *
     * @param believed the primary's identity: nobody else's accounts are compared
     */
    public AccountRepair.Differences differences(
            ServerSpec primary, String believed, ServerSpec replica)
            throws SyncException, InterruptedException {
        return with(primary, believed, replica, AccountRepair::differences);
    }

    /**
     * Makes them the primary's.
     *
     * @return where they are saved as they were; empty if nothing differs any more
     */
    public Optional<Path> repair(ServerSpec primary, String believed, ServerSpec replica)
            throws SyncException, InterruptedException {
        return with(primary, believed, replica, repair -> repair.repair(stateDir));
    }

    private <T> T with(ServerSpec primary, String believed, ServerSpec replica, Work<T> work)
            throws SyncException, InterruptedException {
        try {
            SeedSource source;
            SeedTarget target;
            Logins.LoggedIn there = logins.logIn(primary);
            try (Connection connection = there.connection()) {
                ServerVersion version = ServerInspector.version(connection);
                if (!ServerIdentity.read(connection, version.isMariaDb()).equals(believed)) {
                    throw new SyncException("another server answers for " + primary.name());
                }
                Logins.LoggedIn here = logins.logIn(replica);
                try (Connection own = here.connection()) {
                    ServerVersion itsVersion = ServerInspector.version(own);
                    boolean gtids =
                            ServerInspector.channels(own, Dialects.forVersion(itsVersion)).stream()
                                    .anyMatch(channel -> channel.autoPosition());
                    source = new SeedSource(there.server(), version, believed, gtids);
                    target = new SeedTarget(here.server(), itsVersion);
                }
            }
            try (AccountRepair repair = new AccountRepair(connector, source, target)) {
                return work.with(repair);
            }
        } catch (SQLException e) {
            throw new SyncException(
                    "the accounts of %s cannot be compared or put right: %s"
                            .formatted(replica.name(), Failures.brief(e)),
                    e);
        }
    }
}
