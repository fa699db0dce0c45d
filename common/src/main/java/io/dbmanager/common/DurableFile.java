package io.dbmanager.common;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;

/**
 * Small files that must be whole and on disk before something else is done: they are written beside
 * their place, forced to the disk, and moved there in one go.
 */
public final class DurableFile {
    private static final String DRAFT = ".draft";

    /** What is mounted where, on Linux. */
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private static final int MOUNT_POINT = 4;

    private DurableFile() {}

    /** Makes a file that only its owner may read, in place of one that may be there. */
    public static void writeForOwner(Path file, String text) throws IOException {
        Path folder = folder(file);
        Files.createDirectories(folder);
        put(Files.createTempFile(folder, DRAFT, ""), file, text);
    }

    /**
     * Gives a file that is there another content, and leaves it to the same owner, group and mode.
     * A link goes on leading to it.
     */
    public static void replace(Path file, String text) throws IOException {
        Path real = file.toRealPath();
        put(draftLike(real), real, text);
    }

    /** Fails as {@link #replace} would, without changing the file. */
    public static void tryReplacing(Path file) throws IOException {
        Path real = file.toRealPath();
        if (Files.isReadable(MOUNTS) && isMountPoint(real, Files.readAllLines(MOUNTS))) {
            // As containers are given single files; no other can take its place.
            throw new FileSystemException(
                    real.toString(), null, "it is mounted by itself; mount its folder instead");
        }
        Files.delete(draftLike(real));
    }

    /**
     * Whether something is mounted at a place.
     *
     * @param mounts as in {@code /proc/self/mountinfo}, proc(5): the fifth word of a line is the
     *     place, in which blanks and backslashes are octal numbers
     */
    static boolean isMountPoint(Path place, List<String> mounts) {
        String escaped =
                place.toString()
                        .replace("\\", "\\134")
                        .replace(" ", "\\040")
                        .replace("\t", "\\011")
                        .replace("\n", "\\012");
        return mounts.stream()
                .map(line -> line.split(" ", MOUNT_POINT + 2))
                .anyMatch(
                        words -> words.length > MOUNT_POINT && words[MOUNT_POINT].equals(escaped));
    }

    private static Path draftLike(Path real) throws IOException {
        Path draft = Files.createTempFile(folder(real), DRAFT, "");
        boolean done = false;
        try {
            PosixFileAttributeView from =
                    Files.getFileAttributeView(real, PosixFileAttributeView.class);
            PosixFileAttributeView to =
                    Files.getFileAttributeView(draft, PosixFileAttributeView.class);
            if (from != null && to != null) {
                PosixFileAttributes wanted = from.readAttributes();
                PosixFileAttributes own = to.readAttributes();
                if (!own.group().equals(wanted.group())) {
                    to.setGroup(wanted.group());
                }
                if (!own.owner().equals(wanted.owner())) {
                    to.setOwner(wanted.owner());
                }
                to.setPermissions(wanted.permissions());
            }
            done = true;
            return draft;
        } finally {
            if (!done) {
                Files.deleteIfExists(draft);
            }
        }
    }

    private static void put(Path draft, Path file, String text) throws IOException {
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        // The name, too, must outlive a crash of the machine.
        try (FileChannel folder = FileChannel.open(folder(file))) {
            folder.force(true);
        }
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
