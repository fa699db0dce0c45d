package io.dbmanager.tests.servers;

import io.dbmanager.common.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A relay between two TCP ends that behaves as a bad network does: it cuts, stalls or delays what
 * goes through, on command.
 */
public final class FaultProxy implements AutoCloseable {
    private volatile ServerAddress target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean closed;
    private volatile boolean refusing;
    private volatile Duration delay = Duration.ZERO;
    private boolean stalled;

    private FaultProxy(ServerAddress target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Listens on a free port of the loopback interface. */
    public static FaultProxy to(ServerAddress target) throws IOException {
        FaultProxy proxy =
                new FaultProxy(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
        return proxy;
    }

    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", listener.getLocalPort());
    }

    /** Ends every connection at once; new ones are taken as before. */
    public void cut() {
        sockets.forEach(FaultProxy::reset);
    }

    /** Cuts, and resets every new connection too, until {@link #accept(boolean)} says otherwise. */
    public void accept(boolean connections) {
        refusing = !connections;
        if (refusing) {
            cut();
        }
    }

    /** New connections lead to another server from now on; those that stand are cut. */
    public void redirect(ServerAddress other) {
        target = other;
        cut();
    }

    /** Holds all bytes back, both ways, until {@link #resume}. */
    public void stall() {
        setStalled(true);
    }

    public void resume() {
        setStalled(false);
    }

    /** Holds each piece back for as long before it goes on. */
    public void delay(Duration each) {
        delay = each;
    }

    private void setStalled(boolean value) {
        lock.lock();
        try {
            stalled = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                if (refusing) {
                    reset(client);
                } else {
                    Thread.ofVirtual().name("fault-proxy-connect").start(() -> join(client));
                }
            } catch (IOException _) {
                // Only closing the listener ends a wait for clients.
                return;
            }
        }
    }

    private void join(Socket client) {
        Socket server = new Socket();
        sockets.add(server);
        try {
            ServerAddress address = target;
            server.connect(new InetSocketAddress(address.host(), address.port()), 5000);
            Thread.ofVirtual().name("fault-proxy-up").start(() -> relay(client, server));
            relay(server, client);
        } catch (IOException _) {
            // The target is away: to the client, so is this.
            reset(client);
            reset(server);
        }
    }

    private void relay(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hold();
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException _) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold() throws InterruptedException {
        Duration each = delay;
        if (each.isPositive()) {
            Thread.sleep(each);
        }
        lock.lock();
        try {
            while (stalled && !closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket socket) {
        try {
            // Without lingering, closing sends RST instead of FIN.
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // It was closed already.
        }
        try {
            socket.close();
        } catch (IOException _) {
            // Nothing is left to close.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        resume();
        listener.close();
        cut();
    }
}
