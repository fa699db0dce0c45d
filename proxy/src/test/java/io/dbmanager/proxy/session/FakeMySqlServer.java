package io.dbmanager.proxy.session;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.ServerStatus;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server that says what a test wants it to say, over real sockets, and records what it was asked.
 * Lets everybody in. Answers what the proxy asks for itself; to anything else it answers with its
 * own name, unless told otherwise.
 */
final class FakeMySqlServer implements AutoCloseable {
    /** What to do when a statement comes. */
    sealed interface Reply {
        record Ok(int status) implements Reply {}

        record OkWithGtid(String gtid) implements Reply {}

        record Err(int code, String message) implements Reply {}

        record Rows(TextResult result) implements Reply {}

        /** Closes the connection without a word. */
        record HangUp() implements Reply {}

        /** The same, but answers as usual from the next time on. */
        record HangUpOnce() implements Reply {}

        /** Says nothing, for ever. */
        record Silence() implements Reply {}

        /** Says nothing until the statement is killed, then that it was. */
        record UntilKilled() implements Reply {}

        /** Answers with the first so many bytes of a result and then closes the connection. */
        record CutAfter(int bytes) implements Reply {}

        /** Asks for the client's file and takes it to its end. */
        record WantsFile() implements Reply {}

        /** Bytes that may be no answer at all. */
        @SuppressWarnings("ArrayRecordComponent")
        record Raw(byte[] bytes) implements Reply {}
    }

    /** The password "secret" as mysql_native_password stores it. */
    static final String SECRET = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7";

    /** The same of "other". */
    static final String OTHER_SECRET = "*023494FBCDFBF9C93B6B2663B348A1C4A939B247";

    private static final String KILL_QUERY = "KILL QUERY ";

    private final String name;
    private final String version;
    private final ServerSocket listening;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<byte[]> commands = new CopyOnWriteArrayList<>();
    private final Map<String, String> accounts = new ConcurrentHashMap<>();
    private volatile int pingStatus = ServerStatus.AUTOCOMMIT;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Map<String, List<@Nullable String>> routines = new ConcurrentHashMap<>();
    private final Map<Integer, Connection> byId = new ConcurrentHashMap<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger identified = new AtomicInteger();
    private volatile byte[] lastOfSeveral = new byte[0];
    private volatile byte[] lastFile = new byte[0];
    private volatile int pieces = Integer.MAX_VALUE;
    private volatile boolean refusing;
    private volatile String initConnect = "";
    private volatile int maxConnections = 151;
    private volatile boolean full;
    private volatile int hangUpAt = -1;
    private volatile int silentAt = -1;
    private volatile String refused = "";
    private final AtomicInteger serving = new AtomicInteger();

    FakeMySqlServer(String name) throws IOException {
        this(name, "8.0.36");
    }

    FakeMySqlServer(String name, String version) throws IOException {
        this.name = name;
        this.version = version;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    ServerAddress address() {
        return new ServerAddress("127.0.0.1", listening.getLocalPort());
    }

    /** Statements in the order of their coming, the proxy's own included. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Commands other than statements: command byte and what follows. */
    List<byte[]> commands() {
        return List.copyOf(commands);
    }

    /** The payload, joined, of the last command that took several packets. */
    byte[] lastOfSeveral() {
        return lastOfSeveral.clone();
    }

    /** What the client that was asked last for a file has sent. */
    byte[] lastFile() {
        return lastFile.clone();
    }

    /** What it says that it runs for everybody who logs in. */
    void initConnect(String sql) {
        initConnect = sql;
    }

    void maxConnections(int most) {
        maxConnections = most;
    }

    /** From now on greets everybody with "too many connections". */
    void full(boolean now) {
        full = now;
    }

    /** Closes the connection on which this command comes next. */
    void hangUpAt(int command) {
        hangUpAt = command;
    }

    /** Says nothing whenever this command comes. */
    void silentAt(int command) {
        silentAt = command;
    }

    /** Lets this user in no more. */
    void refuse(String user) {
        refused = user;
    }

    int openConnections() {
        return serving.get();
    }

    /** How many have said who they are, whether they were let in or not. */
    int identified() {
        return identified.get();
    }

    int logins() {
        return logins.get();
    }

    /** Answers pings with these flags. */
    void ping(int status) {
        pingStatus = status;
    }

    void reply(String sql, Reply reply) {
        replies.put(sql, reply);
    }

    /** Has one more account, or another password for one made like this. */
    void account(String user, String stored) {
        accounts.put(user, stored);
    }

    /** Has one more stored function, in the schema shop, or another under this name. */
    void routine(String function, String access, String body) {
        routines.put(function, List.of("shop", function, access, "", body, "FUNCTION"));
    }

    /** From now on writes no more than so many bytes at a time. */
    void inPiecesOf(int bytes) {
        pieces = bytes;
    }

    /** Closes all connections and, if told so, every new one too. */
    void hangUp(boolean forGood) throws IOException {
        refusing = forGood;
        for (Socket each : open) {
            each.close();
        }
        open.clear();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                if (refusing) {
                    socket.close();
                } else {
                    open.add(socket);
                    Thread.startVirtualThread(() -> serve(socket));
                }
            } catch (IOException _) {
                // Closed: the loop ends.
            }
        }
    }

    private void serve(Socket socket) {
        serving.incrementAndGet();
        try (socket) {
            new Connection(socket).run();
        } catch (IOException _) {
            // The proxy has gone.
        } finally {
            serving.decrementAndGet();
        }
    }

    private final class Connection {
        private final DataInputStream in;
        private final OutputStream out;
        private final int id = ids.incrementAndGet();
        private long capabilities;
        private volatile boolean untilKilled;

        /** The flags of a transaction that only reads; no other is followed here. */
        private int transaction;

        Connection(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        void run() throws IOException {
            long offered = Capabilities.HONOURED & 0xFFFFFFFFL & ~Capabilities.CONNECT_ATTRS;
            byte[] scramble = new byte[Handshake.SCRAMBLE];
            Arrays.fill(scramble, (byte) 'x');
            ByteBuf greeting = Unpooled.buffer();
            if (full) {
                new ErrPacket(1040, "08004", "Too many connections").encode(greeting, 0);
                write(greeting);
                return;
            }
            new Handshake(version, id, scramble, offered, 45, 2, "mysql_native_password")
                    .encode(greeting, 0);
            write(greeting);
            HandshakeResponse response = HandshakeResponse.decode(read(), offered);
            capabilities = response.capabilities();
            identified.incrementAndGet();
            if (response.user().equals(refused)) {
                ByteBuf no = Unpooled.buffer();
                new ErrPacket(1045, "28000", "Access denied").encode(no, 2);
                write(no);
                return;
            }
            byId.put(id, this);
            ByteBuf ok = Unpooled.buffer();
            OkPacket.plain(ServerStatus.AUTOCOMMIT).encode(ok, 2);
            write(ok);
            logins.incrementAndGet();
            boolean more = true;
            while (more) {
                more = command(read());
            }
        }

        private ByteBuf read() throws IOException {
            ByteBuf whole = Unpooled.buffer();
            int length = Wire.MAX_PAYLOAD;
            while (length == Wire.MAX_PAYLOAD) {
                byte[] header = new byte[Wire.HEADER];
                in.readFully(header);
                length = Unpooled.wrappedBuffer(header).getUnsignedMediumLE(0);
                byte[] payload = new byte[length];
                in.readFully(payload);
                whole.writeBytes(payload);
            }
            if (whole.readableBytes() >= Wire.MAX_PAYLOAD) {
                lastOfSeveral = ByteBufUtil.getBytes(whole);
            }
            return whole;
        }

        private void write(ByteBuf bytes) throws IOException {
            byte[] all = ByteBufUtil.getBytes(bytes);
            for (int at = 0; at < all.length; at += Math.min(pieces, all.length - at)) {
                out.write(all, at, Math.min(pieces, all.length - at));
                out.flush();
            }
        }

        private boolean command(ByteBuf payload) throws IOException {
            if (payload.readableBytes() >= Wire.MAX_PAYLOAD) {
                boolean answered = payload.getUnsignedByte(0) != Command.STMT_SEND_LONG_DATA;
                return !answered || answer(new Reply.Ok(ServerStatus.AUTOCOMMIT));
            }
            int command = payload.readUnsignedByte();
            if (command == Command.QUIT) {
                return false;
            }
            if (command == Command.QUERY) {
                String sql = payload.toString(StandardCharsets.UTF_8);
                asked.add(sql);
                if (sql.startsWith(KILL_QUERY)) {
                    Connection victim =
                            byId.get(Integer.parseInt(sql.substring(KILL_QUERY.length())));
                    if (victim != null && victim.untilKilled) {
                        victim.untilKilled = false;
                        victim.answer(new Reply.Err(1317, "Query execution was interrupted"));
                    }
                }
                if (sql.contains("START TRANSACTION READ ONLY")) {
                    transaction =
                            ServerStatus.IN_TRANSACTION | ServerStatus.IN_READ_ONLY_TRANSACTION;
                } else if (sql.equals("COMMIT") || sql.equals("ROLLBACK")) {
                    transaction = 0;
                }
                return answer(replyTo(sql));
            }
            commands.add(ByteBufUtil.getBytes(payload, 0, payload.writerIndex()));
            if (command == hangUpAt) {
                hangUpAt = -1;
                return false;
            }
            if (command == silentAt) {
                return true;
            }
            return switch (command) {
                case Command.STMT_PREPARE -> prepared(payload.toString(StandardCharsets.UTF_8));
                case Command.CHANGE_USER -> changeUser(Wire.readNulString(payload));
                case Command.STMT_CLOSE, Command.STMT_SEND_LONG_DATA -> true;
                case Command.PING -> answer(new Reply.Ok(pingStatus));
                default -> answer(new Reply.Ok(ServerStatus.AUTOCOMMIT));
            };
        }

        private boolean changeUser(String user) throws IOException {
            boolean denied = user.equals(refused);
            answer(
                    denied
                            ? new Reply.Err(1045, "Access denied")
                            : new Reply.Ok(ServerStatus.AUTOCOMMIT));
            return !denied;
        }

        /** Statement id 100 + connection id; a parameter for each question mark; no columns. */
        private boolean prepared(String sql) throws IOException {
            if (replies.get(sql) instanceof Reply.HangUp) {
                return false;
            }
            int parameters = (int) sql.chars().filter(c -> c == '?').count();
            ByteBuf bytes = Unpooled.buffer();
            int start = Wire.begin(bytes, 1);
            bytes.writeByte(0).writeIntLE(100 + id).writeShortLE(0).writeShortLE(parameters);
            bytes.writeByte(0).writeShortLE(0);
            Wire.end(bytes, start);
            int sequence = 2;
            for (int i = 0; i < parameters; i++) {
                int definition = Wire.begin(bytes, sequence++);
                Wire.writeLenEncString(bytes, "def");
                Wire.end(bytes, definition);
            }
            if (parameters > 0 && !Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF)) {
                int end = Wire.begin(bytes, sequence);
                bytes.writeByte(0xFE).writeShortLE(0).writeShortLE(2);
                Wire.end(bytes, end);
            }
            write(bytes);
            return true;
        }

        private Reply replyTo(String sql) {
            Reply told = replies.get(sql);
            if (told instanceof Reply.HangUpOnce) {
                replies.remove(sql);
            }
            if (told != null) {
                return told;
            }
            if (sql.startsWith("SELECT SUBSTRING_INDEX(USER()")) {
                return new Reply.Rows(single("localhost"));
            }
            if (sql.equals(SessionBackends.SETTINGS)) {
                return new Reply.Rows(
                        new TextResult(
                                List.of(
                                        Column.text("m"),
                                        Column.text("c"),
                                        Column.text("r"),
                                        Column.text("l")),
                                List.of(List.of("", "utf8mb4", "utf8mb4", "utf8mb4_general_ci"))));
            }
            if (sql.startsWith("SELECT LAST_INSERT_ID(), FOUND_ROWS()")) {
                return new Reply.Rows(
                        new TextResult(
                                List.of(Column.text("l"), Column.text("f"), Column.text("r")),
                                List.of(List.of("0", "1", "-1"))));
            }
            if (sql.contains("@@global.max_connections")) {
                return new Reply.Rows(
                        new TextResult(
                                List.of(Column.text("i"), Column.text("m")),
                                List.of(List.of(initConnect, Integer.toString(maxConnections)))));
            }
            if (sql.contains("mysql.user")) {
                return new Reply.Rows(accounts());
            }
            if (sql.contains("information_schema.ROUTINES")) {
                return new Reply.Rows(
                        new TextResult(
                                List.of(
                                        Column.text("s"),
                                        Column.text("n"),
                                        Column.text("a"),
                                        Column.text("m"),
                                        Column.text("d"),
                                        Column.text("t")),
                                List.copyOf(routines.values())));
            }
            if (sql.contains("information_schema.TRIGGERS")) {
                return new Reply.Rows(
                        new TextResult(List.of(Column.text("s"), Column.text("a")), List.of()));
            }
            if (sql.contains("mysql.func")) {
                return new Reply.Rows(new TextResult(List.of(Column.text("name")), List.of()));
            }
            boolean rows = sql.toLowerCase(java.util.Locale.ROOT).startsWith("select");
            return rows
                    ? new Reply.Rows(single(name))
                    : new Reply.Ok(
                            sql.equals("BEGIN")
                                    ? ServerStatus.AUTOCOMMIT | ServerStatus.IN_TRANSACTION
                                    : ServerStatus.AUTOCOMMIT);
        }

        private TextResult accounts() {
            List<List<@Nullable String>> rows =
                    new ArrayList<>(
                            List.of(
                                    List.of("app", "%", "mysql_native_password", SECRET, ""),
                                    List.of("open", "%", "mysql_native_password", "", ""),
                                    List.of("strict", "%", "mysql_native_password", SECRET, "ANY"),
                                    List.of("odd", "%", "auth_gssapi", "", "")));
            accounts.forEach((user, stored) ->
                    rows.add(List.of(user, "%", "mysql_native_password", stored, "")));
            return new TextResult(
                    List.of(
                            Column.text("User"),
                            Column.text("Host"),
                            Column.text("plugin"),
                            Column.text("authentication_string"),
                            Column.text("ssl_type")),
                    rows);
        }

        private boolean answer(Reply reply) throws IOException {
            ByteBuf bytes = Unpooled.buffer();
            switch (reply) {
                case Reply.Ok(int status) ->
                        new OkPacket(0, 1, 0, status | transaction, 0).encode(bytes, 1);
                case Reply.OkWithGtid(String gtid) -> gtidOk(bytes, gtid);
                case Reply.Err(int code, String message) ->
                        new ErrPacket(code, "HY000", message).encode(bytes, 1);
                case Reply.Rows(TextResult result) ->
                        result.encode(bytes, capabilities, ServerStatus.AUTOCOMMIT | transaction);
                case Reply.HangUp(), Reply.HangUpOnce() -> {
                    return false;
                }
                case Reply.Silence() -> {
                    return true;
                }
                case Reply.UntilKilled() -> {
                    untilKilled = true;
                    return true;
                }
                case Reply.CutAfter(int length) -> {
                    single(name).encode(bytes, capabilities, ServerStatus.AUTOCOMMIT);
                    write(bytes.slice(0, length));
                    return false;
                }
                case Reply.WantsFile() -> {
                    write(Unpooled.wrappedBuffer(new byte[] {2, 0, 0, 1, (byte) 0xFB, 'f'}));
                    ByteBuf file = Unpooled.buffer();
                    for (ByteBuf each = read(); each.isReadable(); each = read()) {
                        file.writeBytes(each);
                    }
                    lastFile = ByteBufUtil.getBytes(file);
                    OkPacket.plain(ServerStatus.AUTOCOMMIT).encode(bytes, 1);
                }
                case Reply.Raw(byte[] raw) -> bytes.writeBytes(raw);
            }
            write(bytes);
            return true;
        }
    }

    private static void gtidOk(ByteBuf bytes, String gtid) {
        ByteBuf entry = Unpooled.buffer();
        entry.writeByte(0);
        Wire.writeLenEncString(entry, gtid);
        ByteBuf changes = Unpooled.buffer();
        changes.writeByte(3);
        Wire.writeLenEnc(changes, entry.readableBytes());
        changes.writeBytes(entry);
        int start = Wire.begin(bytes, 1);
        bytes.writeByte(0).writeByte(1).writeByte(0);
        bytes.writeShortLE(ServerStatus.AUTOCOMMIT | ServerStatus.SESSION_STATE_CHANGED);
        bytes.writeShortLE(0);
        Wire.writeLenEncString(bytes, "");
        Wire.writeLenEnc(bytes, changes.readableBytes());
        bytes.writeBytes(changes);
        Wire.end(bytes, start);
    }

    static TextResult single(String value) {
        return new TextResult(List.of(Column.text("v")), List.of(List.of(value)));
    }

    @Override
    public void close() {
        try {
            listening.close();
            hangUp(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
