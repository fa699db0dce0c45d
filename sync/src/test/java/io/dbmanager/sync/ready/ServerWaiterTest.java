package io.dbmanager.sync.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncListener;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.run.Logins;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can go wrong before there is a server to talk to, played by bare sockets. */
@Timeout(60)
class ServerWaiterTest {
    private final Map<String, String> told = new ConcurrentHashMap<>();

    private final SyncListener listener =
            new SyncListener() {
                @Override
                public void onWaiting(String server, boolean ready, String detail) {
                    told.put(server, detail);
                }

                @Override
                public void onSeeding(String replica, SeedProgress progress) {
                    throw new AssertionError("nothing is copied here");
                }

                @Override
                public void onEvent(TopologyEvent event) {
                    throw new AssertionError("nothing happens here");
                }
            };

    private static ServerSpec spec(String name, String host, int port) {
        return new ServerSpec(
                name, new ServerAddress(host, port), Credentials.of("root", "not-in-any-message"));
    }

    private void awaitAll(Services services, Duration timeout)
            throws SyncException, InterruptedException {
        Logins logins =
                new Logins(
                        new ServerConnector(Duration.ofSeconds(2)),
                        new ManagingLogin(services.primary().credentials()));
        new ServerWaiter(logins, listener).await(services, timeout);
    }

    /** Accepts connections and does one thing with each. */
    private static final class FakeServer implements AutoCloseable {
        private final ServerSocket socket;

        FakeServer(byte[] greeting) throws IOException {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> serve(greeting));
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve(byte[] greeting) {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    OutputStream out = client.getOutputStream();
                    out.write(greeting);
                    out.flush();
                } catch (IOException e) {
                    if (!socket.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** An ERR packet in place of a greeting, as a server sends that lets nobody in. */
    private static byte[] refusal(int code, String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[4 + 3 + message.length];
        packet[0] = (byte) (3 + message.length);
        packet[4] = (byte) 0xff;
        packet[5] = (byte) code;
        packet[6] = (byte) (code >> 8);
        System.arraycopy(message, 0, packet, 7, message.length);
        return packet;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void namesEveryServerThatIsNotReadyAndWhy() throws IOException {
        try (FakeServer starting = new FakeServer(new byte[0]);
                FakeServer full = new FakeServer(refusal(1040, "Too many connections"))) {
            Services services =
                    new Services(
                            spec("dbwrite", "127.0.0.1", closedPort()),
                            List.of(
                                    spec("dbread1", "127.0.0.1", starting.port()),
                                    spec("dbread2", "127.0.0.1", full.port()),
                                    spec("dbread3", "no-such-host.invalid", 3306)));

            assertThatExceptionOfType(SyncException.NotReady.class)
                    .isThrownBy(() -> awaitAll(services, Duration.ofSeconds(2)))
                    .withMessageContaining("dbwrite: 127.0.0.1:")
                    .withMessageContaining("connection refused")
                    .withMessageContaining("still starting")
                    .withMessageContaining("too many connections")
                    .withMessageContaining("unknown host no-such-host.invalid")
                    .satisfies(
                            e -> assertThat(e.getMessage()).doesNotContain("not-in-any-message"));
            assertThat(told).containsOnlyKeys("dbwrite", "dbread1", "dbread2", "dbread3");
        }
    }

    @Test
    void aDoorThatStaysClosedIsNotWaitedFor() throws IOException {
        try (FakeServer elsewhere =
                new FakeServer(refusal(1130, "Host '10.1.1.1' is not allowed to connect"))) {
            Services services =
                    new Services(spec("dbwrite", "127.0.0.1", elsewhere.port()), List.of());

            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> awaitAll(services, Duration.ofMinutes(10)))
                    .isNotInstanceOf(SyncException.NotReady.class)
                    .withMessageContaining("dbwrite at 127.0.0.1:" + elsewhere.port())
                    .withMessageContaining("it refuses this machine");
        }
    }

    @Test
    void canBeInterrupted() throws IOException {
        Services services = new Services(spec("dbwrite", "127.0.0.1", closedPort()), List.of());
        Thread waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                awaitAll(services, Duration.ofMinutes(10));
                            } catch (SyncException | InterruptedException e) {
                                told.put("ended", e.getClass().getSimpleName());
                            }
                        });
        await().until(() -> told.containsKey("dbwrite"));

        waiting.interrupt();

        await().until(() -> "InterruptedException".equals(told.get("ended")));
    }
}
