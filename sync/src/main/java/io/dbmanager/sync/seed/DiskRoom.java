package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.SyncException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a replica's disk has room for a copy; asked before anything is touched.
 *
 * <p>Servers do not tell how much room they have, but for MariaDB with its plugin {@code DISKS}. Of
 * one on this very machine the disk of its data directory is looked at. Of others it is only told
 * how much is needed.
 */
final class DiskRoom {
    private static final Logger log = LoggerFactory.getLogger(DiskRoom.class);
    private static final int UNKNOWN_TABLE = 1109;
    private static final int NO_PRIVILEGE = 1227;

    private DiskRoom() {}

    /** What is said of a replica's disk. */
    sealed interface Verdict {
        record Enough() implements Verdict {}

        /** It may do or not: how densely rows lie is another matter after a copy. */
        record Tight(String sentence) implements Verdict {}

        record TooLittle(String sentence) implements Verdict {}
    }

    /** How much of a server's disk its data takes, keys included, as far as it can tell. */
    static long taken(ByteSession session) throws SQLException {
        String sum =
                session.column(
                                "SELECT IFNULL(SUM(DATA_LENGTH + INDEX_LENGTH), 0) FROM"
                                        + " information_schema.TABLES WHERE TABLE_TYPE <> 'VIEW'"
                                        + " AND TABLE_SCHEMA NOT IN "
                                        + CatalogReader.UNTOUCHED_SCHEMAS)
                        .getFirst();
        return Long.parseLong(sum);
    }

    /**
     * Looks at a replica's disk, and warns of one that is tight.
     *
     * @param needed how much the primary's data takes
     * @throws SyncException if it surely is too small
     */
    static void check(String source, long needed, CopyTarget target)
            throws SyncException, SQLException {
        ByteSession session = target.admin();
        String folder = session.column("SELECT @@GLOBAL.datadir").getFirst();
        Optional<Long> free = toldByTheServer(session, folder);
        if (free.isEmpty()) {
            free = seenFromHere(session, target.target().server(), folder);
        }
        if (free.isEmpty()) {
            log.atInfo()
                    .addKeyValue("server", target.name())
                    .addKeyValue("needed", size(needed))
                    .log("whether there is room for the copy could not be checked");
            return;
        }
        switch (judge(source, target.name(), needed, taken(session), free.get())) {
            case Verdict.Enough() ->
                    log.atInfo()
                            .addKeyValue("server", target.name())
                            .addKeyValue("needed", size(needed))
                            .addKeyValue("free", size(free.get()))
                            .log("there is room for the copy");
            case Verdict.Tight(String sentence) -> target.note(sentence);
            case Verdict.TooLittle(String sentence) -> throw new SyncException(sentence);
        }
    }

    /**
     * Pages that are half empty on the primary may be full on the replica, so that only what is
     * less than half is too little for sure.
     *
     * @param needed how much the primary's data takes
     * @param taken how much the replica's own takes, in whose place it comes
     * @param free what is free on the replica's disk
     */
    static Verdict judge(String source, String target, long needed, long taken, long free) {
        long room = free + taken;
        if (room >= needed) {
            return new Verdict.Enough();
        }
        String sizes =
                "data and keys on %s take %s, and the disk of %s has %s free and holds %s that goes"
                        .formatted(source, size(needed), target, size(free), size(taken));
        return room < needed / 2
                ? new Verdict.TooLittle(
                        "there is no room for a copy: " + sizes + ". Give it a larger disk")
                : new Verdict.Tight("the copy may not find room: " + sizes);
    }

    private static String size(long bytes) {
        long mega = bytes >> 20;
        return mega < 10 << 10
                ? mega + " MB"
                : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
    }

    /** By MariaDB's plugin, where it is active and this login may ask. */
    private static Optional<Long> toldByTheServer(ByteSession session, String folder)
            throws SQLException {
        try {
            // Of the file systems above the folder, the nearest one; sizes are in kilobytes.
            return session
                    .column(
                            "SELECT Available * 1024 FROM information_schema.DISKS WHERE "
                                    + Packed.quote(folder)
                                    + " LIKE CONCAT(TRIM(TRAILING '/' FROM Path), '/%') ORDER BY"
                                    + " LENGTH(Path) DESC LIMIT 1")
                    .stream()
                    .findFirst()
                    .map(Long::parseLong);
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_TABLE || e.getErrorCode() == NO_PRIVILEGE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<Long> seenFromHere(
            ByteSession session, ServerSpec server, String folder) throws SQLException {
        Path path = Path.of(Packed.toText(folder));
        try {
            return isOnThisMachine(server.address()) && isDataOf(session, path)
                    ? Optional.of(Files.getFileStore(path).getUsableSpace())
                    : Optional.empty();
        } catch (IOException e) {
            log.debug("the data directory of {} cannot be looked at", server.name(), e);
            return Optional.empty();
        }
    }

    private static boolean isOnThisMachine(ServerAddress address) throws IOException {
        InetAddress host = InetAddress.getByName(address.host());
        return host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
    }

    /** A port may lead into a container, or further, whose folders have the same names as here. */
    private static boolean isDataOf(ByteSession session, Path folder)
            throws SQLException, IOException {
        @Nullable String uuid = session.global("server_uuid");
        if (uuid != null) {
            Path file = folder.resolve("auto.cnf");
            return Files.isReadable(file)
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(uuid);
        }
        List<String> pid = session.column("SELECT @@GLOBAL.pid_file");
        Path file = folder.resolve(Packed.toText(pid.getFirst()));
        return Files.isReadable(file) && isRunning(Files.readString(file).strip());
    }

    private static boolean isRunning(String pid) {
        return pid.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }
}
