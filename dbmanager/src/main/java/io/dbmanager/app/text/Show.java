package io.dbmanager.app.text;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Show {
    private Show() {}

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    public static String bytes(double bytes) {
        if (bytes < 1024) {
            return Math.round(bytes) + " B";
        }
        double value = bytes;
        String unit = "";
        for (String next : new String[] {"KB", "MB", "GB", "TB"}) {
            if (value < 1024) {
                break;
            }
            value /= 1024;
            unit = next;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, unit);
    }

    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds >= 3600) {
            return "%dh %02dm".formatted(seconds / 3600, seconds % 3600 / 60);
        }
        return seconds >= 60 ? "%dm %02ds".formatted(seconds / 60, seconds % 60) : seconds + "s";
    }

    /** Milliseconds below a second, else seconds with one decimal. */
    public static String lag(Duration behind) {
        long millis = behind.toMillis();
        return millis < 1000
                ? millis + " ms"
                : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
