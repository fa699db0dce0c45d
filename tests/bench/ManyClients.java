import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * The load of {@code many-clients}: a client is a virtual thread with a socket and as much of the
 * protocol as it needs (mysql_native_password, COM_QUERY).
 */
final class ManyClients {
    /** How many log in at the same time. */
    private static final int AT_THE_DOOR = 64;

    private static final int TIMEOUT_MILLIS = 120_000;

    private final int port;
    private final String user;
    private final String password;
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder transactions = new LongAdder();
    private final LongAdder errorCount = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    private ManyClients(int port, String user, String password) {
        this.port = port;
        this.user = user;
        this.password = password;
    }

    public static void main(String[] args) throws Exception {
        ManyClients load = new ManyClients(Integer.parseInt(args[0]), args[1], args[2]);
        int idle = Integer.parseInt(args[3]);
        int busy = Integer.parseInt(args[4]);
        int seconds = Integer.parseInt(args[5]);
        System.exit(load.run(idle, busy, seconds, Long.parseLong(args[6])) ? 0 : 1);
    }

    private boolean run(int idle, int busy, int seconds, long proxy) throws Exception {
        try (Client setUp = new Client()) {
            setUp.query("CREATE DATABASE IF NOT EXISTS many");
            setUp.query("DROP TABLE IF EXISTS many.counts");
            setUp.query("CREATE TABLE many.counts (client INT PRIMARY KEY, n INT NOT NULL)");
            for (int i = 0; i < busy; i++) {
                setUp.query("INSERT INTO many.counts VALUES (" + i + ", 0)");
            }
        }
        // What the proxy has made for its first clients is not the price of the others.
        work(busy, 3);
        Memory before = Memory.of(proxy);

        long start = System.nanoTime();
        List<Client> sleepers = logIn(idle);
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d clients logged in within %.1f s%n", sleepers.size(), took);
        Memory after = Memory.of(proxy);
        System.out.printf(
                "memory of an idle client: heap %.1f KiB, resident %.1f KiB%n",
                (after.heapKib() - before.heapKib()) / (double) idle,
                (after.residentKib() - before.residentKib()) / (double) idle);

        reads.reset();
        writes.reset();
        transactions.reset();
        work(busy, seconds);
        System.out.printf(
                "%d busy clients, %d s: %.0f reads/s, %.0f writes/s, %.0f transactions/s%n",
                busy,
                seconds,
                reads.sum() / (double) seconds,
                writes.sum() / (double) seconds,
                transactions.sum() / (double) seconds);

        wake(sleepers);
        System.out.printf("errors: %d%n", errorCount.sum());
        errors.forEach((what, count) -> System.out.println("  " + count.sum() + " x " + what));
        return errorCount.sum() == 0;
    }

    private List<Client> logIn(int idle) throws InterruptedException {
        List<Client> clients = new ArrayList<>();
        Semaphore door = new Semaphore(AT_THE_DOOR);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < idle; i++) {
                int number = i;
                door.acquire();
                threads.execute(
                        () -> {
                            try {
                                Client client = new Client();
                                client.query("SET @me = " + number);
                                synchronized (clients) {
                                    clients.add(client);
                                }
                                client.number = number;
                                expect(client, "SELECT n FROM many.counts WHERE client = 0", null);
                            } catch (IOException | UncheckedIOException e) {
                                failed("login", e);
                            } finally {
                                door.release();
                            }
                        });
            }
        }
        return clients;
    }

    /** Every idle client is asked whether it still is who it was. */
    private void wake(List<Client> sleepers) throws InterruptedException {
        Semaphore door = new Semaphore(AT_THE_DOOR);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Client client : sleepers) {
                door.acquire();
                threads.execute(
                        () -> {
                            try (client) {
                                expect(client, "SELECT @me", String.valueOf(client.number));
                            } catch (IOException | UncheckedIOException e) {
                                failed("idle client", e);
                            } finally {
                                door.release();
                            }
                        });
            }
        }
    }

    private void work(int busy, int seconds) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < busy; i++) {
                int number = i;
                threads.execute(
                        () -> {
                            try (Client client = new Client()) {
                                turns(client, number, until);
                            } catch (IOException | UncheckedIOException e) {
                                failed("busy client", e);
                            }
                        });
            }
        }
    }

    /** Eight reads, a write, and now and then a transaction; each write is read back. */
    private void turns(Client client, int number, long until) throws IOException {
        String mine = " WHERE client = " + number;
        int n = Integer.parseInt(client.query("SELECT n FROM many.counts" + mine).getFirst());
        for (int turn = 0; System.nanoTime() - until < 0; turn++) {
            for (int i = 0; i < 7; i++) {
                expect(client, "SELECT n FROM many.counts" + mine, String.valueOf(n));
            }
            if (turn % 4 == 0) {
                client.query("BEGIN");
                client.query("UPDATE many.counts SET n = n + 1" + mine);
                expect(client, "SELECT n FROM many.counts" + mine, String.valueOf(n + 1));
                client.query("COMMIT");
                transactions.increment();
            } else {
                client.query("UPDATE many.counts SET n = n + 1" + mine);
                writes.increment();
            }
            n++;
            expect(client, "SELECT n FROM many.counts" + mine, String.valueOf(n));
            reads.add(8);
        }
    }

    /**
     * @param value null for any
     */
    private void expect(Client client, String sql, String value) throws IOException {
        List<String> rows = client.query(sql);
        if (rows.size() != 1 || (value != null && !value.equals(rows.getFirst()))) {
            count("a wrong answer: " + rows + " instead of " + value);
        }
    }

    private void failed(String who, Exception e) {
        count(who + ": " + e.getMessage());
    }

    private void count(String what) {
        errorCount.increment();
        errors.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    private record Memory(long heapKib, long residentKib) {
        /** After a collection, which jcmd waits for. */
        static Memory of(long process) throws IOException, InterruptedException {
            jcmd(process, "GC.run");
            long heap = 0;
            for (String line : jcmd(process, "GC.heap_info").split("\n")) {
                if (line.contains(" total ") && line.contains("used")) {
                    heap += Long.parseLong(line.replaceAll(".*used (\\d+)K.*", "$1"));
                }
            }
            String status = Files.readString(Path.of("/proc/" + process + "/status"));
            String resident = status.replaceAll("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1");
            return new Memory(heap, Long.parseLong(resident));
        }

        private static String jcmd(long process, String command)
                throws IOException, InterruptedException {
            String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            Process run =
                    new ProcessBuilder(tool, String.valueOf(process), command)
                            .redirectErrorStream(true)
                            .start();
            String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (run.waitFor() != 0) {
                throw new IOException("jcmd " + command + ": " + said);
            }
            return said;
        }
    }

    private final class Client implements AutoCloseable {
        private static final int CAPABILITIES =
                1 // LONG_PASSWORD
                        | 1 << 9 // PROTOCOL_41
                        | 1 << 13 // TRANSACTIONS
                        | 1 << 15 // SECURE_CONNECTION
                        | 1 << 19; // PLUGIN_AUTH

        private final Socket socket = new Socket();
        private final DataInputStream in;
        private final OutputStream out;
        private int sequence;
        private int number;

        Client() throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            InputStream buffered = new BufferedInputStream(socket.getInputStream(), 512);
            in = new DataInputStream(buffered);
            out = socket.getOutputStream();
            try {
                logIn(packet());
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        private void logIn(byte[] greeting) throws IOException {
            refuseError(greeting);
            int version = 1;
            while (greeting[version] != 0) {
                version++;
            }
            int scramble = version + 1 + 4;
            byte[] seed = new byte[20];
            System.arraycopy(greeting, scramble, seed, 0, 8);
            System.arraycopy(greeting, scramble + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10, seed, 8, 12);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int shift = 0; shift < 32; shift += 8) {
                body.write(CAPABILITIES >>> shift);
            }
            body.writeBytes(new byte[] {0, 0, 0, 1, 45});
            body.writeBytes(new byte[23]);
            body.writeBytes((user + "\0").getBytes(StandardCharsets.UTF_8));
            byte[] proof = proof(seed);
            body.write(proof.length);
            body.writeBytes(proof);
            body.writeBytes("mysql_native_password\0".getBytes(StandardCharsets.UTF_8));
            send(body.toByteArray());
            byte[] answer = packet();
            if ((answer[0] & 0xFF) == 0xFE) {
                int seedFrom = "mysql_native_password\0".length() + 1;
                send(proof(Arrays.copyOfRange(answer, seedFrom, seedFrom + 20)));
                answer = packet();
            }
            refuseError(answer);
        }

        private byte[] proof(byte[] seed) {
            try {
                MessageDigest sha = MessageDigest.getInstance("SHA-1");
                byte[] once = sha.digest(password.getBytes(StandardCharsets.UTF_8));
                byte[] twice = sha.digest(once);
                sha.update(seed);
                byte[] proof = sha.digest(twice);
                for (int i = 0; i < proof.length; i++) {
                    proof[i] ^= once[i];
                }
                return proof;
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The first column of all rows; nothing where there are none. */
        List<String> query(String sql) throws IOException {
            sequence = 0;
            byte[] text = sql.getBytes(StandardCharsets.UTF_8);
            byte[] body = new byte[text.length + 1];
            body[0] = 3;
            System.arraycopy(text, 0, body, 1, text.length);
            send(body);
            byte[] first = packet();
            refuseError(first);
            if (first[0] == 0) {
                return List.of();
            }
            untilEof();
            return untilEof().stream().map(Client::firstColumn).collect(Collectors.toList());
        }

        private List<byte[]> untilEof() throws IOException {
            List<byte[]> packets = new ArrayList<>();
            while (true) {
                byte[] next = packet();
                refuseError(next);
                if ((next[0] & 0xFF) == 0xFE && next.length < 9) {
                    return packets;
                }
                packets.add(next);
            }
        }

        private static String firstColumn(byte[] row) {
            return (row[0] & 0xFF) == 0xFB
                    ? "NULL"
                    : new String(row, 1, row[0] & 0xFF, StandardCharsets.UTF_8);
        }

        private void refuseError(byte[] packet) throws IOException {
            if ((packet[0] & 0xFF) == 0xFF) {
                int code = (packet[1] & 0xFF) | (packet[2] & 0xFF) << 8;
                String said = new String(packet, 3, packet.length - 3, StandardCharsets.UTF_8);
                throw new IOException("error " + code + " " + said);
            }
        }

        private byte[] packet() throws IOException {
            int length = in.readUnsignedByte();
            length |= in.readUnsignedByte() << 8;
            length |= in.readUnsignedByte() << 16;
            sequence = in.readUnsignedByte() + 1;
            byte[] body = new byte[length];
            in.readFully(body);
            return body;
        }

        private void send(byte[] body) throws IOException {
            byte[] frame = new byte[body.length + 4];
            frame[0] = (byte) body.length;
            frame[1] = (byte) (body.length >>> 8);
            frame[2] = (byte) (body.length >>> 16);
            frame[3] = (byte) sequence;
            System.arraycopy(body, 0, frame, 4, body.length);
            out.write(frame);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
