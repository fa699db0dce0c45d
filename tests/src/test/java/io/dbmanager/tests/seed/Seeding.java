package io.dbmanager.tests.seed;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.dialect.SourceEndpoint;
import io.dbmanager.sync.inspect.ServerIdentity;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.CompareSettings;
import io.dbmanager.sync.seed.CopySeeder;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.RepairSeeder;
import io.dbmanager.sync.seed.SeedListener;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import io.dbmanager.sync.seed.TableComparer;
import io.dbmanager.sync.seed.UndoneRows;
import io.dbmanager.tests.compare.ServerComparison;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster in the hands of a test: copies, replicates and compares, and keeps what was told. */
final class Seeding implements SeedListener {
    final ServerConnector connector = new ServerConnector();
    final Queue<String> notes = new ConcurrentLinkedQueue<>();
    final Map<String, SyncException> failed = new ConcurrentHashMap<>();
    final Map<String, SeedProgress> progress = new ConcurrentHashMap<>();

    /** How large the parts of a table are, and all get their keys late; 0 for what is usual. */
    long rowsPerUnit;

    /** Whom a copy must not slow down. */
    Neighbours neighbours = Neighbours.NONE;

    /** Told of a replica that drops out, at that moment. */
    Consumer<String> whenOneFails = replica -> {};

    /** Where copies read the primary; null for straight. */
    @Nullable ServerAddress primaryAt;

    private final Cluster cluster;
    private final boolean gtids;

    Seeding(Cluster cluster) throws SQLException {
        this.cluster = cluster;
        this.gtids =
                cluster.primary().flavour().isMariaDb()
                        || cluster.primary().root().value("SELECT @@GLOBAL.gtid_mode").equals("ON");
    }

    SeedSource source() throws SQLException {
        ServerSpec straight = cluster.primary().spec();
        ServerSpec primary =
                primaryAt == null
                        ? straight
                        : new ServerSpec(straight.name(), primaryAt, straight.credentials());
        ServerVersion version = version(primary);
        try (Connection connection = connector.open(primary)) {
            return new SeedSource(
                    primary, version, ServerIdentity.read(connection, version.isMariaDb()), gtids);
        }
    }

    /** With whichever credentials work. */
    SeedTarget target(TestServer replica) throws SQLException {
        ServerSpec copied = copied(replica);
        try {
            return new SeedTarget(copied, version(copied));
        } catch (SQLException _) {
            return new SeedTarget(replica.spec(), version(replica.spec()));
        }
    }

    /** A replica with the credentials that it has after a copy. */
    ServerSpec copied(TestServer replica) {
        return new ServerSpec(replica.name(), replica.address(), cluster.primary().credentials());
    }

    private ServerVersion version(ServerSpec server) throws SQLException {
        try (Connection connection = connector.open(server)) {
            return ServerVersion.parse(Queries.text(connection, "SELECT VERSION()").orElseThrow());
        }
    }

    ReplicationDialect dialect(TestServer server) throws SQLException {
        return Dialects.forVersion(target(server).version());
    }

    Position copy(TestServer... replicas) throws Exception {
        return copy(0, replicas);
    }

    Position copy(long bytesPerSecond, TestServer... replicas) throws Exception {
        List<SeedTarget> targets = new java.util.ArrayList<>();
        for (TestServer replica : replicas) {
            targets.add(target(replica));
        }
        return copyTo(bytesPerSecond, targets);
    }

    Position copyTo(long bytesPerSecond, List<SeedTarget> targets) throws Exception {
        ReplicationDialect dialect = Dialects.forVersion(source().version());
        try {
            return new CopySeeder(connector, dialect, settings(bytesPerSecond), neighbours)
                    .seed(source(), targets, this);
        } catch (SyncException e) {
            failed.values().stream().filter(each -> !each.equals(e)).forEach(e::addSuppressed);
            throw e;
        }
    }

    /** Reads a replica that replicates, instead of the primary. */
    Position copyFrom(TestServer donor, TestServer replica) throws Exception {
        return copyFrom(0, donor, replica);
    }

    Position copyFrom(long bytesPerSecond, TestServer donor, TestServer replica) throws Exception {
        SeedSource primary = source();
        SeedTarget read = target(donor);
        SeedSource source =
                new SeedSource(
                        read.server(),
                        read.version(),
                        primary.identity(),
                        primary.gtids(),
                        Optional.of(primary.server()));
        return new CopySeeder(connector, dialect(donor), settings(bytesPerSecond), neighbours)
                .seed(source, List.of(target(replica)), this);
    }

    RepairSeeder.Outcome repair(Optional<UndoneRows> undone, TestServer replica) throws Exception {
        ReplicationDialect dialect = Dialects.forVersion(source().version());
        return new RepairSeeder(connector, dialect, settings(0), neighbours)
                .repair(source(), target(replica), undone, this);
    }

    private SeedSettings settings(long bytesPerSecond) {
        return rowsPerUnit == 0
                ? new SeedSettings(2, bytesPerSecond)
                : new SeedSettings(2, bytesPerSecond, rowsPerUnit, 0);
    }

    List<String> differences(TestServer replica) throws SQLException {
        try (Connection primary = connector.open(cluster.primary().spec());
                Connection copy = connector.open(copied(replica))) {
            return ServerComparison.differences(primary, copy);
        }
    }

    /** What the program itself finds to differ. */
    List<String> compared(TestServer replica) throws Exception {
        Duration patience = Duration.ofSeconds(60);
        CompareSettings settings =
                rowsPerUnit == 0
                        ? new CompareSettings(patience, 0)
                        : new CompareSettings(patience, 0, rowsPerUnit);
        return new TableComparer(connector, settings, now -> progress.put(replica.name(), now))
                .differences(source(), target(replica), Optional.empty());
    }

    /** Replicates from a position on. */
    void replicate(TestServer replica, int serverId, Position from) throws SQLException {
        ReplicationDialect dialect = dialect(replica);
        Credentials account = Credentials.of("replicator", "secret-of-replicator");
        try (Connection primary = connector.open(cluster.primary().spec());
                Connection connection = connector.open(copied(replica))) {
            Queries.run(connection, "SET GLOBAL server_id = " + serverId);
            if (from instanceof Position.Gtids(var set)) {
                boolean binaryLog =
                        Queries.text(connection, "SELECT @@GLOBAL.log_bin").orElse("0").equals("1");
                Queries.runAll(connection, dialect.setExecuted(set, binaryLog));
            }
            Queries.runAll(
                    primary, Dialects.forVersion(source().version()).replicationAccount(account));
            Queries.run(
                    connection,
                    dialect.changeSource(
                            new SourceEndpoint(cluster.primary().address(), account, false), from));
            Queries.run(connection, dialect.startReplica());
        }
    }

    @Override
    public void onProgress(String replica, SeedProgress now) {
        progress.put(replica, now);
    }

    @Override
    public void onNote(String replica, String sentence) {
        notes.add(sentence);
    }

    @Override
    public void onFailed(String replica, SyncException failure) {
        whenOneFails.accept(replica);
        failed.put(replica, failure);
    }
}
