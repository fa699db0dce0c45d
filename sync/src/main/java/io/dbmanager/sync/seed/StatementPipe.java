package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.ByteSession.Loaded;
import io.dbmanager.sync.seed.ByteSession.Warning;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements on one target in order, a few behind the reader: a bounded queue, so that a slow
 * target slows the reader, and a failed one ends nobody's work but its own.
 */
final class StatementPipe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatementPipe.class);
    private static final int STATEMENTS_WAITING_MAX = 2;

    /** What is larger is stored before anything else is read: none of it waits. */
    private static final int WAITING_BYTES_MAX = 4 << 20;

    /** Fewer rows are inserted: a load takes three trips, and MySQL five times as long for ten. */
    private static final int LOADED_BYTES_MIN = 16 << 10;

    private static final int STATEMENTS_PER_COMMIT = 16;

    /** They are kept until then: a server may undo them, and they are stored once more. */
    private static final int BYTES_PER_COMMIT = 4 << 20;

    private static final int DEADLOCK = 1213;
    private static final int ATTEMPTS_MAX = 10;
    private static final String BEFORE_LOAD = "dbmanager_before_load";
    private static final long LOOK_FOR_FAILURE_MILLIS = 200;

    private final CopyTarget target;
    private final ByteSession session;
    private final BiConsumer<TableName, Warning> onWarning;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(STATEMENTS_WAITING_MAX);
    private final Thread thread;
    private final Set<TableName> insertOnly = new HashSet<>();
    private final List<Item.Rows> uncommitted = new ArrayList<>();
    private long uncommittedBytes;
    private volatile boolean closed;

    private sealed interface Item {
        /** What a commit makes last. */
        sealed interface Rows extends Item {
            long bytes();
        }

        record Run(TableName table, String packed) implements Rows {
            @Override
            public long bytes() {
                return packed.length();
            }
        }

        record Load(RowBatch batch) implements Rows {
            @Override
            public long bytes() {
                return batch.bytes();
            }
        }

        record Define(TableName table, String packed) implements Item {}

        record Commit(CompletableFuture<@Nullable Void> done) implements Item {}

        record Mark(CompletableFuture<@Nullable Void> done) implements Item {}

        record End() implements Item {}
    }

    StatementPipe(CopyTarget target, BiConsumer<TableName, Warning> onWarning) throws SQLException {
        this.target = target;
        this.onWarning = onWarning;
        this.session = target.openForRows();
        this.thread = Thread.ofVirtual().name("copy-to-" + target.name()).start(this::work);
    }

    CopyTarget target() {
        return target;
    }

    /** Returns when there is room; does nothing for a target that has dropped out. */
    void submit(TableName table, String packed) throws InterruptedException {
        put(new Item.Run(table, packed));
        if (packed.length() > WAITING_BYTES_MAX) {
            awaitStored();
        }
    }

    /** The same for rows that are loaded where the target takes that, and inserted elsewhere. */
    void submit(RowBatch batch) throws InterruptedException {
        put(new Item.Load(batch));
    }

    /** Returns when the target has taken everything submitted, or has dropped out. */
    private void awaitStored() throws InterruptedException {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        put(new Item.Mark(done));
        await(done);
    }

    /** The same for a statement that defines something and whose text is UTF-8. */
    void submitDefinition(TableName table, String packed) throws InterruptedException {
        put(new Item.Define(table, packed));
    }

    /** Returns when everything submitted is stored for good, or the target has dropped out. */
    void commit() throws InterruptedException {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        put(new Item.Commit(done));
        await(done);
    }

    private void await(CompletableFuture<@Nullable Void> done) throws InterruptedException {
        while (target.alive() && thread.isAlive() && !done.isDone()) {
            try {
                var _ = done.get(LOOK_FOR_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException _) {
                // Looks again whether there is still someone to wait for.
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException("a mark never fails", e);
            }
        }
    }

    private void put(Item item) throws InterruptedException {
        while (target.alive()
                && thread.isAlive()
                && !queue.offer(item, LOOK_FOR_FAILURE_MILLIS, TimeUnit.MILLISECONDS)) {
            // Full: the target is slower than the source, which waits.
        }
    }

    private void work() {
        try {
            while (target.alive()) {
                switch (queue.take()) {
                    case Item.Rows rows -> {
                        storeDespiteDeadlocks(rows);
                        commitNowAndThen();
                    }
                    case Item.Define(TableName table, String packed) -> define(table, packed);
                    case Item.Commit(CompletableFuture<@Nullable Void> done) -> {
                        commitNow();
                        done.complete(null);
                    }
                    case Item.Mark(CompletableFuture<@Nullable Void> done) -> done.complete(null);
                    case Item.End() -> {
                        return;
                    }
                }
            }
        } catch (SQLException e) {
            // What was cut off since nobody waits for it any more says nothing about the target.
            if (!closed) {
                target.fail(CopyTarget.failure(target.name(), "did not store rows", e));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Such as too little memory for a huge row: no row may be missed in silence.
            target.fail(CopyTarget.failure(target.name(), "was not given all rows", e));
        }
    }

    private void define(TableName table, String packed) throws SQLException {
        commitNow();
        session.use(ByteSession.Charset.UTF8);
        try {
            session.run(packed);
        } catch (SQLException e) {
            throw ofTable(table, e);
        }
        session.use(ByteSession.Charset.BINARY);
    }

    private void commitNowAndThen() throws SQLException {
        if (uncommitted.size() >= STATEMENTS_PER_COMMIT || uncommittedBytes >= BYTES_PER_COMMIT) {
            commitNow();
        }
    }

    private void commitNow() throws SQLException {
        session.run("COMMIT");
        uncommitted.clear();
        uncommittedBytes = 0;
    }

    /**
     * Stores them beside what other sessions store in the same table. A server may find any two
     * transactions to wait for each other, and undoes the whole of one.
     */
    private void storeDespiteDeadlocks(Item.Rows rows) throws SQLException, InterruptedException {
        uncommitted.add(rows);
        uncommittedBytes += rows.bytes();
        List<Item.Rows> toStore = List.of(rows);
        for (int attempt = 1; !toStore.isEmpty(); attempt++) {
            try {
                for (Item.Rows each : toStore) {
                    store(each);
                }
                toStore = List.of();
            } catch (SQLException e) {
                if (e.getErrorCode() != DEADLOCK || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                log.debug("undone to end a deadlock server={}", target.name());
                toStore = uncommitted;
            }
        }
    }

    private void store(Item.Rows rows) throws SQLException, InterruptedException {
        switch (rows) {
            case Item.Run(TableName table, String packed) -> run(table, packed);
            case Item.Load(RowBatch batch) -> store(batch);
        }
    }

    private void store(RowBatch batch) throws SQLException, InterruptedException {
        boolean mayLoad =
                target.takesLoads()
                        && batch.bytes() >= LOADED_BYTES_MIN
                        && !insertOnly.contains(batch.table().name());
        if (!mayLoad || !load(batch)) {
            if (mayLoad) {
                insertOnly.add(batch.table().name());
            }
            insert(batch);
        }
    }

    /**
     * Loads, and takes it back if the server has the least to say about it: loading goes on where
     * an {@code INSERT} would fail, and what the latter says is what counts.
     *
     * @return whether the rows are stored
     */
    private boolean load(RowBatch batch) throws SQLException {
        session.run("SAVEPOINT " + BEFORE_LOAD);
        SQLException refused = null;
        try {
            Loaded loaded = session.load(batch.table().loadStatement(), batch.lines());
            if (loaded.rows() == batch.rows() && loaded.warnings().isEmpty()) {
                return true;
            }
        } catch (SQLException e) {
            if (DefinitionWriter.isLost(e)) {
                throw e;
            }
            refused = e;
        }
        log.atDebug()
                .addKeyValue("server", target.name())
                .addKeyValue("table", batch.table().name().display())
                .addKeyValue("code", refused == null ? 0 : refused.getErrorCode())
                .log("rows are inserted, since they could not be loaded as they are");
        try {
            session.run("ROLLBACK TO SAVEPOINT " + BEFORE_LOAD);
            return false;
        } catch (SQLException e) {
            // The server has taken back more than this, as it does to end a deadlock.
            throw refused == null ? e : refused;
        }
    }

    private void insert(RowBatch batch) throws SQLException, InterruptedException {
        List<String> statements = new ArrayList<>();
        batch.toInserts((sql, _) -> statements.add(sql));
        for (String statement : statements) {
            run(batch.table().name(), statement);
        }
    }

    private void run(TableName table, String packed) throws SQLException {
        List<Warning> warnings;
        try {
            warnings = session.runAndWarn(packed);
        } catch (SQLException e) {
            throw ofTable(table, e);
        }
        for (Warning warning : warnings) {
            onWarning.accept(table, warning);
        }
    }

    private static SQLException ofTable(TableName table, SQLException e) {
        return new SQLException(
                "table " + table.display() + ": " + e.getMessage(),
                e.getSQLState(),
                e.getErrorCode(),
                e);
    }

    @Override
    public void close() {
        closed = true;
        if (!queue.offer(new Item.End())) {
            thread.interrupt();
        }
        session.close();
    }
}
