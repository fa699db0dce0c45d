package io.dbmanager.sync.jdbc;

/** Turns exceptions into a line for people. */
public final class Failures {
    private Failures() {}

    /**
     * The first line of the message; of a lost connection, the driver's essay is cut off and the
     * cause named.
     */
    public static String brief(Throwable failure) {
        String line = firstLine(failure);
        Throwable cause = failure.getCause();
        boolean lost = line.startsWith("Communications link failure");
        return lost && cause != null ? "the connection was lost: " + firstLine(cause) : line;
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return message.strip().lines().findFirst().orElse(message).strip();
    }
}
