package io.dbmanager.sync.seed;

import io.dbmanager.common.Position;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Coordinates;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.seed.SystemRows.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the accounts that a replica has otherwise than its primary, and makes them the primary's,
 * while it replicates and without touching anything else.
 *
 * <p>Accounts have no snapshot that both servers share. So the primary's are read, the replica
 * comes to where the primary is then, its accounts are read, and the primary's once more: only
 * where those have not changed meanwhile is what differs a difference.
 */
public final class AccountRepair implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccountRepair.class);
    private static final Duration CATCH_UP_PATIENCE = Duration.ofSeconds(10);

    private final ServerConnector connector;
    private final SeedSource source;
    private final SeedTarget target;
    private final ReplicationDialect sourceWords;
    private final ReplicationDialect targetWords;
    private final ByteSession primary;
    private final ByteSession replica;

    /**
     * @param alike whether both keep accounts in the same form, so that they can be exchanged
     */
    public record Differences(List<String> accounts, boolean alike) {
        static final Differences NONE = new Differences(List.of(), true);
    }

    public AccountRepair(ServerConnector connector, SeedSource source, SeedTarget target)
            throws SQLException {
        this.connector = connector;
        this.source = source;
        this.target = target;
        this.sourceWords = Dialects.forVersion(source.version());
        this.targetWords = Dialects.forVersion(target.version());
        this.primary =
                PrimarySnapshot.session(connector, source.server(), ByteSession.Charset.UTF8);
        try {
            this.replica =
                    PrimarySnapshot.session(connector, target.server(), ByteSession.Charset.UTF8);
        } catch (SQLException e) {
            primary.close();
            throw e;
        }
    }

    /** Which differ at one position; none where that cannot be told now. */
    public Differences differences() throws SQLException {
        SystemRows ours = SystemRows.read(primary);
        if (AccountDifferences.between(ours, SystemRows.read(replica)).isEmpty() || !catchUp()) {
            return Differences.NONE;
        }
        SystemRows theirs = SystemRows.read(replica);
        return isStill(ours)
                ? new Differences(
                        AccountDifferences.between(ours, theirs), AccountRows.fits(ours, theirs))
                : Differences.NONE;
    }

    private boolean isStill(SystemRows ours) throws SQLException {
        return AccountDifferences.between(ours, SystemRows.read(primary)).isEmpty();
    }

    private boolean catchUp() throws SQLException {
        Position now = Coordinates.ofSource(primary.connection(), sourceWords, source.gtids());
        return Coordinates.await(replica.connection(), targetWords, now, CATCH_UP_PATIENCE);
    }

    /**
     * Makes those that differ the primary's, without the binary log. Replication stands still
     * meanwhile, so that no change of an account comes in between.
     *
     * @param folder where the accounts as they were are saved before they go
     * @return where that is; empty if nothing differs any more
     * @throws SyncException if it cannot be done now; then nothing has been changed
     */
    public Optional<Path> repair(Path folder)
            throws SQLException, SyncException, InterruptedException {
        SystemRows ours = SystemRows.read(primary);
        if (!catchUp()) {
            throw new SyncException(target.name() + " does not keep up with the primary");
        }
        try {
            replica.run(targetWords.stopApplying());
            SystemRows theirs = SystemRows.read(replica);
            if (!isStill(ours) || !AccountRows.fits(ours, theirs)) {
                throw new SyncException(
                        "accounts are being changed on the primary, or are kept in another form");
            }
            List<String> names = AccountDifferences.between(ours, theirs);
            return names.isEmpty()
                    ? Optional.empty()
                    : Optional.of(exchange(ours, theirs, Set.copyOf(names), folder));
        } finally {
            replica.run(targetWords.startApplying());
        }
    }

    private Path exchange(SystemRows ours, SystemRows theirs, Set<String> names, Path folder)
            throws SQLException, SyncException, InterruptedException {
        Path saved = save(AccountRows.only(theirs, names), names, folder);
        try (CopyTarget opened = CopyTarget.open(connector, target, new NotesInLog())) {
            opened.run(targetWords.administratorsMayWrite());
            try {
                new AccountRows(connector, opened, ours, source.server().credentials())
                        .exchange(theirs, names);
            } finally {
                opened.run(targetWords.readOnlyOn());
            }
        }
        return saved;
    }

    private Path save(SystemRows going, Set<String> names, Path folder)
            throws SQLException, SyncException, InterruptedException {
        List<String> lost = names.stream().map(name -> "account " + name).sorted().toList();
        try (UndoneRows undone =
                UndoneRows.create(
                        folder, target.name(), source.server().name(), lost, Instant.now())) {
            for (Map.Entry<String, Rows> table : going.tables().entrySet()) {
                List<String> statements = new ArrayList<>();
                InsertStatements rows =
                        InsertStatements.replacing(
                                "mysql." + table.getKey(),
                                table.getValue().columns(),
                                (sql, _) -> statements.add(sql));
                for (byte[] @Nullable [] values : table.getValue().values()) {
                    var _ = rows.add(RowView.of(values));
                }
                rows.flush();
                for (String statement : statements) {
                    undone.statement(statement);
                }
            }
            undone.statement("FLUSH PRIVILEGES");
            undone.force();
            return undone.file();
        } catch (IOException e) {
            throw new SyncException(
                    "the accounts of %s cannot be saved in %s, so they were left as they are: %s"
                            .formatted(target.name(), folder, e.getMessage()),
                    e);
        }
    }

    @Override
    public void close() {
        primary.close();
        replica.close();
    }

    /** There is no copy whose progress anybody waits for. */
    private static final class NotesInLog implements SeedListener {
        @Override
        public void onProgress(String replica, SeedProgress progress) {}

        @Override
        public void onNote(String replica, String sentence) {
            log.info("note server={} detail=\"{}\"", replica, sentence);
        }

        @Override
        public void onFailed(String replica, SyncException failure) {
            log.info("failed server={} reason=\"{}\"", replica, failure.getMessage());
        }
    }
}
