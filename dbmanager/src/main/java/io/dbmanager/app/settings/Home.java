package io.dbmanager.app.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The user's folder: what {@code HOME} says, since services often run with one that the system's
 * list of users does not know.
 */
public record Home(Path folder) {
    public static Home of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return new Home(Path.of(home.isBlank() ? System.getProperty("user.home") : home));
    }

    /** Takes {@code ~/} at the beginning for this folder. */
    Path expand(String text) {
        return text.startsWith("~/") ? folder.resolve(text.substring(2)) : Path.of(text);
    }

    /**
     * Where state goes when nothing says it: the first place that can be written. Not below {@code
     * XDG_RUNTIME_DIR}, which ends with the user's last login: what a replica alone had is saved
     * there, too.
     */
    Path stateFolder(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path usual = state.isBlank() ? folder.resolve(".local/state") : Path.of(state);
        return canWrite(usual)
                ? usual.resolve("dbmanager")
                : Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "dbmanager-" + System.getProperty("user.name"));
    }

    /** Whether it, or the folder in which it would be made, can be written. */
    private static boolean canWrite(Path wanted) {
        Path existing = wanted.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    }
}
