package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.DurableFile;
import io.dbmanager.common.ServerAddress;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The file, for its owner only, in which a change of the managing password is noted while it is
 * under way: whoever starts after a crash knows both passwords from it.
 */
public final class RotationNote {
    private final Path file;

    /**
     * @param primary whose account it is: several startsync may share a folder
     */
    public RotationNote(Path folder, ServerAddress primary) {
        String name = primary.toString().replaceAll("[^A-Za-z0-9.-]", "_");
        this.file = folder.resolve("rotation-" + name + ".properties");
    }

    /**
     * @param before what worked until then
     * @param next what is to work in the end; of the same account
     */
    public record Rotation(Credentials before, Credentials next) {}

    public Path file() {
        return file;
    }

    public boolean exists() {
        return Files.exists(file);
    }

    /**
     * @throws IOException if the file is there but cannot be read or understood
     */
    public Optional<Rotation> read() throws IOException {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            read.load(reader);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not say what it should", e);
        }
        String user = read.getProperty("user");
        String before = read.getProperty("before");
        String next = read.getProperty("next");
        if (user == null || before == null || next == null) {
            throw new IOException(file + " does not say what it should");
        }
        return Optional.of(new Rotation(Credentials.of(user, before), Credentials.of(user, next)));
    }

    /** It is on disk when this returns. */
    public void write(Rotation rotation) throws IOException {
        Properties content = new Properties();
        content.setProperty("user", rotation.next().user());
        content.setProperty("before", rotation.before().password().reveal());
        content.setProperty("next", rotation.next().password().reveal());
        StringWriter text = new StringWriter();
        content.store(text, "A change of password under way; see docs/operating/passwords.md.");
        DurableFile.writeForOwner(file, text.toString());
    }

    public void forget() throws IOException {
        Files.deleteIfExists(file);
    }
}
