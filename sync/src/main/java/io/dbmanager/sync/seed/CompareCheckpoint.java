package io.dbmanager.sync.seed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a comparison has come, in a file, so that one that was cut off goes on where it stood:
 * which tables were found equal, and up to which bound of its key the table under way was. The file
 * is for its owner only, since keys may be anything.
 */
public final class CompareCheckpoint {
    private static final Logger log = LoggerFactory.getLogger(CompareCheckpoint.class);

    /** What was found longer ago is found anew. */
    private static final Duration VALID = Duration.ofDays(7);

    private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final HexFormat HEX = HexFormat.of();

    private final Path file;
    private final String servers;
    private final TreeSet<TableName> equal = new TreeSet<>();
    private Optional<Place> place = Optional.empty();
    private long writtenAt;

    /**
     * Where a table under way is to be gone on with: all of its parts so far are equal.
     *
     * @param parts how many they are
     * @param from literals of the bound that comes next
     */
    record Place(TableName table, int parts, List<String> from) {
        Place {
            from = List.copyOf(from);
        }
    }

    private CompareCheckpoint(Path file, String servers) {
        this.file = file;
        this.servers = servers;
        this.writtenAt = System.nanoTime() - WRITE_NANOS;
    }

    /**
     * Takes up what an earlier comparison has left, if it was of the same servers.
     *
     * @param servers who is compared with whom: identities, in a line
     */
    public static CompareCheckpoint open(Path file, String servers, Instant now) {
        CompareCheckpoint checkpoint = new CompareCheckpoint(file, servers);
        try {
            if (Files.exists(file)) {
                FileTime written = Files.getLastModifiedTime(file);
                if (written.toInstant().plus(VALID).isAfter(now)) {
                    checkpoint.read(Files.readAllLines(file, StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            log.warn("the comparison begins anew, since {} cannot be read: {}", file, e.toString());
            checkpoint.equal.clear();
            checkpoint.place = Optional.empty();
        }
        return checkpoint;
    }

    /** Whether an unfinished comparison has left its place there. */
    public static boolean exists(Path file) {
        return Files.exists(file);
    }

    private void read(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().equals(servers)) {
            return;
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "equal" -> equal.add(table(words));
                case "at" -> {
                    List<String> from = new ArrayList<>();
                    for (int i = 4; i < words.length; i++) {
                        from.add(text(words[i]));
                    }
                    place = Optional.of(new Place(table(words), Integer.parseInt(words[3]), from));
                }
                default -> throw new IllegalArgumentException("no line of a checkpoint");
            }
        }
    }

    private static TableName table(String[] words) {
        return new TableName(text(words[1]), text(words[2]));
    }

    private static String text(String hex) {
        return Packed.of(HEX.parseHex(hex));
    }

    private static String hex(String packed) {
        return HEX.formatHex(Packed.bytes(packed));
    }

    boolean isEqual(TableName table) {
        return equal.contains(table);
    }

    Optional<Place> place(TableName table) {
        return place.filter(left -> left.table().equals(table));
    }

    void foundEqual(TableName table) {
        equal.add(table);
        place = Optional.empty();
        writeNowAndThen();
    }

    void reached(Place next) {
        place = Optional.of(next);
        writeNowAndThen();
    }

    private void writeNowAndThen() {
        long now = System.nanoTime();
        if (now - writtenAt >= WRITE_NANOS) {
            writtenAt = now;
            write();
        }
    }

    /** Writes what has been found so far. A disk that takes nothing costs only the going on. */
    public void write() {
        List<String> lines = new ArrayList<>();
        lines.add(servers);
        equal.forEach(table -> lines.add("equal " + hex(table.schema()) + " " + hex(table.name())));
        place.ifPresent(at -> {
            StringBuilder line = new StringBuilder("at ");
            line.append(hex(at.table().schema())).append(' ');
            line.append(hex(at.table().name())).append(' ').append(at.parts());
            at.from().forEach(literal -> line.append(' ').append(hex(literal)));
            lines.add(line.toString());
        });
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(next);
            Files.createFile(
                    next,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(next, lines, StandardCharsets.US_ASCII);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("the place of the comparison is not kept: {}", e.toString());
        }
    }

    /** The comparison has ended: the next one begins anew. */
    public void finish() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("{} is left behind: {}", file, e.toString());
        }
    }
}
