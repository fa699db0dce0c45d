package io.dbmanager.sync.run;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.run.Epochs.Epoch;
import io.dbmanager.sync.run.PrimaryClaims.Remembered;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps on this machine who the primary was and how far it was, so that a server that comes back
 * from the past is told apart even when no replica is left to contradict it. A file for each
 * history, by its name.
 */
public final class PrimaryMemory {
    private static final Logger log = LoggerFactory.getLogger(PrimaryMemory.class);

    /** What is known is as old as this at most when a process ends without saying goodbye. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Optional<Path> folder;
    private Optional<Epoch> written = Optional.empty();
    private long writtenAt;
    private boolean complained;

    /**
     * @param folder empty to remember nothing
     */
    public PrimaryMemory(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Where what is known of a history is kept; empty where nothing is. */
    public Optional<Path> file(String history) {
        try {
            String name = "primary-" + UUID.fromString(history) + ".properties";
            return folder.map(where -> where.resolve(name));
        } catch (IllegalArgumentException _) {
            // Somebody has changed the name of the history, and it may be no file's name.
            return Optional.empty();
        }
    }

    /**
     * How the primary of this history was.
     *
     * @throws IOException if the file is there but cannot be read or understood
     */
    public Optional<Remembered> recall(String history, Flavour flavour) throws IOException {
        Optional<Path> file = file(history);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file.get())) {
            read.load(reader);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        try {
            String executed = read.getProperty("executed", "");
            return Optional.of(
                    new Remembered(
                            new Epoch(
                                    Long.parseLong(read.getProperty("epoch", "")),
                                    read.getProperty("server", "")),
                            Long.parseLong(read.getProperty("beat", "")),
                            executed.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(GtidSet.parse(flavour, executed))));
        } catch (IllegalArgumentException e) {
            throw new IOException(file.get() + " does not say what it should", e);
        }
    }

    /** Writes it down; at most every few seconds while it is the same server. */
    public synchronized void keep(String history, Remembered now) {
        boolean soon =
                written.filter(now.epoch()::equals).isPresent()
                        && System.nanoTime() - writtenAt < PAUSE.toNanos();
        Optional<Path> file = file(history);
        if (soon || file.isEmpty()) {
            return;
        }
        Properties content = new Properties();
        content.setProperty("epoch", Long.toString(now.epoch().number()));
        content.setProperty("server", now.epoch().server());
        content.setProperty("beat", Long.toString(now.beat()));
        content.setProperty("executed", now.executed().map(GtidSet::toString).orElse(""));
        try {
            write(file.get(), content);
            written = Optional.of(now.epoch());
            writtenAt = System.nanoTime();
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                log.warn("the primary is not remembered file={} reason=\"{}\"", file.get(), e);
            }
        }
    }

    private static void write(Path file, Properties content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, ".draft", "");
        try (Writer writer = Files.newBufferedWriter(draft)) {
            content.store(writer, "The primary as it was last seen; see docs/operating.");
        }
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
