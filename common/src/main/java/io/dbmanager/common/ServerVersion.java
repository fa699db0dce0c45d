package io.dbmanager.common;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's flavour and version. Versions of the two flavours do not compare with each other:
 * MariaDB 10.11 is not newer than MySQL 8.0. Always ask {@link #atLeast}, never for equality: MySQL
 * numbers its releases by year and month after 9.7, so 26.7 follows 9.7.
 *
 * @param text what the server says of itself, such as {@code 11.4.5-MariaDB-log}, without the
 *     {@code 5.5.5-} that MariaDB puts before it in its handshake
 */
public record ServerVersion(Flavour flavour, int major, int minor, int patch, String text)
        implements Comparable<ServerVersion> {
    private static final Pattern NUMBERS = Pattern.compile("^(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
    private static final Comparator<ServerVersion> BY_NUMBER =
            Comparator.comparingInt(ServerVersion::major)
                    .thenComparingInt(ServerVersion::minor)
                    .thenComparingInt(ServerVersion::patch);

    /**
     * Reads what {@code SELECT VERSION()} or a handshake says.
     *
     * @throws IllegalArgumentException if the text does not begin with a version's numbers
     */
    public static ServerVersion parse(String text) {
        return parse(text, "");
    }

    /**
     * Reads a version with {@code @@version_comment} beside it, which names MariaDB where a
     * packager has taken the name out of the version.
     */
    public static ServerVersion parse(String text, String comment) {
        boolean mariaDb =
                text.toLowerCase(java.util.Locale.ROOT).contains("mariadb")
                        || comment.toLowerCase(java.util.Locale.ROOT).contains("mariadb");
        // MariaDB 10 says "5.5.5-10.11.6-MariaDB" in its handshake so that old replicas accept it.
        String bare =
                mariaDb && text.startsWith("5.5.5-") ? text.substring("5.5.5-".length()) : text;
        Matcher numbers = NUMBERS.matcher(bare);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a server version");
        }
        String patch = numbers.group(3);
        return new ServerVersion(
                mariaDb ? Flavour.MARIADB : Flavour.MYSQL,
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                patch == null ? 0 : Integer.parseInt(patch),
                bare);
    }

    public boolean isMariaDb() {
        return flavour == Flavour.MARIADB;
    }

    public boolean atLeast(int wantedMajor, int wantedMinor, int wantedPatch) {
        return major > wantedMajor
                || (major == wantedMajor
                        && (minor > wantedMinor || (minor == wantedMinor && patch >= wantedPatch)));
    }

    /** By number only; meaningful between versions of one flavour. */
    @Override
    public int compareTo(ServerVersion other) {
        return BY_NUMBER.compare(this, other);
    }

    /** The numbers with the flavour's name: {@code MariaDB 11.4.5}. */
    public String display() {
        return flavour + " " + major + "." + minor + "." + patch;
    }
}
