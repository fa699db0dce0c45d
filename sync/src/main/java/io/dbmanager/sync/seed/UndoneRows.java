package io.dbmanager.sync.seed;

import io.dbmanager.sync.seed.Catalog.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica had and its primary has not, saved as SQL before it is undone: rows as {@code
 * REPLACE} statements, dropped tables with their definitions, and other definitions as they were.
 * What has been handed over is on disk when {@link #force} returns; a disk that does not take it
 * ends the repair before anything is undone.
 */
public final class UndoneRows implements AutoCloseable {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final Logger log = LoggerFactory.getLogger(UndoneRows.class);

    private final Path file;
    private final FileChannel channel;
    private boolean empty = true;

    private UndoneRows(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a new file in a folder, for its owner only.
     *
     * @param lost what is known of it beforehand, such as transactions by their GTIDs
     */
    public static UndoneRows create(
            Path folder, String replica, String primary, List<String> lost, Instant now)
            throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("undone-" + replica + "-" + STAMP.format(now) + ".sql");
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        UndoneRows rows = new UndoneRows(file, channel);
        StringJoiner head = new StringJoiner("\n", "", "\n");
        head.add("-- What " + replica + " had on " + now + " and its primary " + primary);
        head.add("-- had not, or had otherwise. To be read by: mysql --binary-mode");
        lost.forEach(what -> head.add("-- lost: " + what.replace('\n', ' ')));
        head.add("SET NAMES utf8mb4;");
        head.add(
                "SET character_set_client = binary, time_zone = '+00:00', foreign_key_checks = 0;");
        head.add("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';");
        rows.write(Packed.ofText(head.toString()));
        return rows;
    }

    public Path file() {
        return file;
    }

    /** A statement, without its semicolon. */
    synchronized void statement(String packed) throws SQLException {
        empty = false;
        try {
            write(packed + ";\n");
        } catch (IOException e) {
            throw notSaved(e);
        }
    }

    /** The definition of something that is no statement by itself, such as a routine's. */
    void definition(String name, String create) throws SQLException {
        statement(
                "DELIMITER ;;;\n-- "
                        + name
                        + "\n"
                        + create
                        + "\n;;;\nDELIMITER ;\n-- end of "
                        + name
                        + "\nDO 0");
    }

    /** The rows of a table that are in a condition; all of them for an empty one. */
    void rows(ByteSession replica, Table table, Optional<String> condition)
            throws SQLException, InterruptedException {
        List<Column> columns = TableCopier.columns(table);
        StringJoiner expressions = new StringJoiner(", ");
        expressions.setEmptyValue("1");
        columns.forEach(column -> expressions.add(column.readExpression()));
        StatementQueue statements = new StatementQueue();
        InsertStatements packer =
                InsertStatements.replacing(table.name().sql(), columns, statements::add);
        replica.stream(
                "SELECT "
                        + expressions
                        + " FROM "
                        + table.name().sql()
                        + condition.map(c -> " WHERE " + c).orElse(""),
                row -> {
                    var _ = packer.add(row);
                    statements.drain(this::statement);
                });
        packer.flush();
        statements.drain(this::statement);
    }

    /** Returns when all of it is on disk. */
    void force() throws SQLException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw notSaved(e);
        }
    }

    private SQLException notSaved(IOException e) {
        return new SQLException(
                "what only the replica has could not be saved in " + file + ": " + e.getMessage(),
                e);
    }

    private void write(String packed) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Packed.bytes(packed));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Whether nothing had to be undone so far. */
    public synchronized boolean isEmpty() {
        return empty;
    }

    /** A file that nothing was written to goes. What matters is on disk already. */
    @Override
    public void close() {
        try {
            channel.close();
            if (isEmpty()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("{} is left behind: {}", file, e.toString());
        }
    }
}
