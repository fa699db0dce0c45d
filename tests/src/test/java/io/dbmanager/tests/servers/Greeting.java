package io.dbmanager.tests.servers;

import io.dbmanager.common.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Tells from the first packet that a server sends whether it takes connections. */
final class Greeting {
    /** The packet's length and number come before its first byte. */
    private static final int HEADER = 4;

    private static final int PROTOCOL_10 = 10;
    private static final long PAUSE_MILLIS = 25;

    private Greeting() {}

    /** Waits for a greeting, for as long as {@code worthwhile} says so. */
    static boolean await(ServerAddress address, Duration limit, BooleanSupplier worthwhile) {
        long end = System.nanoTime() + limit.toNanos();
        while (worthwhile.getAsBoolean() && System.nanoTime() < end) {
            if (isGiven(address)) {
                return true;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private static boolean isGiven(ServerAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), 1000);
            socket.setSoTimeout(1000);
            byte[] start = socket.getInputStream().readNBytes(HEADER + 1);
            return start.length == HEADER + 1 && start[HEADER] == PROTOCOL_10;
        } catch (IOException _) {
            return false;
        }
    }
}
