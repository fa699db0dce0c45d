package io.dbmanager.app.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations and sizes that carry their unit; a bare number is refused, since of what? */
final class Units {
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final Pattern FRACTION = Pattern.compile("(\\d{1,9}\\.\\d{1,3})s");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(|kb|mb|gb)");

    private Units() {}

    /**
     * Reads {@code 2s}, {@code 500ms}, {@code 1.5s}, {@code 10m}, {@code 1h30m}, {@code 2d}.
     *
     * @throws IllegalArgumentException with the rest of a sentence that begins with the key
     */
    static Duration duration(String text) {
        String compact = text.strip().toLowerCase(Locale.ROOT).replace(" ", "");
        if (compact.equals("0")) {
            return Duration.ZERO;
        }
        Matcher fraction = FRACTION.matcher(compact);
        if (fraction.matches()) {
            return Duration.ofMillis(Math.round(Double.parseDouble(fraction.group(1)) * 1000));
        }
        Matcher parts = DURATION.matcher(compact);
        if (compact.isEmpty() || !parts.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a duration such as 500ms, 2s, 10m or 1h30m".formatted(text));
        }
        try {
            return Duration.ofDays(number(parts.group(1)))
                    .plusHours(number(parts.group(2)))
                    .plusMinutes(number(parts.group(3)))
                    .plusSeconds(number(parts.group(4)))
                    .plusMillis(number(parts.group(5)));
        } catch (ArithmeticException | NumberFormatException _) {
            throw new IllegalArgumentException("'%s' is too long a time".formatted(text));
        }
    }

    /** Reads {@code 1048576}, {@code 512KB}, {@code 20MB}, {@code 1GB}; a KB is 1024 bytes. */
    static long bytes(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not a number of bytes such as 1048576, 512KB or 20MB".formatted(text));
        }
        long factor =
                switch (size.group(2)) {
                    case "kb" -> 1L << 10;
                    case "mb" -> 1L << 20;
                    case "gb" -> 1L << 30;
                    default -> 1L;
                };
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), factor);
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("'%s' is too large".formatted(text));
        }
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
