package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.Command;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.Handshake;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A client with nothing but the protocol, so that a test decides every byte. */
final class TestClient implements AutoCloseable {
    static final long PLAIN =
            Capabilities.LONG_PASSWORD
                    | Capabilities.PROTOCOL_41
                    | Capabilities.SECURE_CONNECTION
                    | Capabilities.PLUGIN_AUTH
                    | Capabilities.TRANSACTIONS;

    private final Socket socket;
    private DataInputStream in;
    private OutputStream out;
    private final Handshake greeting;
    private final long capabilities;
    private @Nullable CompressedStream compressed;

    private TestClient(InetSocketAddress proxy, long capabilities) throws IOException {
        this.socket = new Socket(proxy.getAddress(), proxy.getPort());
        this.socket.setTcpNoDelay(true);
        this.socket.setSoTimeout(10_000);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.capabilities = capabilities;
        ByteBuf first = read();
        if (first.getUnsignedByte(0) == ErrPacket.HEADER) {
            throw new Refused(ErrPacket.decode(first));
        }
        this.greeting = Handshake.decode(first);
    }

    /** The server said no. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient ErrPacket error;

        Refused(ErrPacket error) {
            super(error.code() + " " + error.message());
            this.error = error;
        }

        ErrPacket error() {
            return error;
        }
    }

    static TestClient login(InetSocketAddress proxy) throws IOException {
        return login(proxy, "app", "secret", PLAIN);
    }

    static TestClient login(
            InetSocketAddress proxy, String user, String password, long capabilities)
            throws IOException {
        TestClient client = new TestClient(proxy, capabilities);
        client.identify(user, password);
        return client;
    }

    private void identify(String user, String password) throws IOException {
        ByteBuf response = Unpooled.buffer();
        new HandshakeResponse(
                        capabilities,
                        1 << 24,
                        45,
                        user,
                        answer(password, greeting.scramble()),
                        "",
                        "mysql_native_password",
                        new byte[0])
                .encode(response, 1);
        write(response);
        ByteBuf said = read();
        if (said.getUnsignedByte(0) == ErrPacket.HEADER) {
            close();
            throw new Refused(ErrPacket.decode(said));
        }
        if (Capabilities.has(capabilities, Capabilities.COMPRESS | Capabilities.ZSTD)) {
            compress(Capabilities.has(capabilities, Capabilities.ZSTD));
        }
    }

    private void compress(boolean zstd) {
        CompressedStream stream = new CompressedStream(in, out, zstd);
        in = new DataInputStream(stream.input());
        out = stream.output();
        compressed = stream;
    }

    /** How many compressed packets have come. */
    int compressedCame() {
        return compressed == null ? 0 : compressed.compressedCame();
    }

    /** The answer to a command sent ahead comes next. */
    void nextAnswer() {
        if (compressed != null) {
            compressed.nextAnswer();
        }
    }

    /** Past the compression. */
    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        nextAnswer();
    }

    /** Logs in behind bytes that come before everything else, in pieces. */
    static TestClient behind(InetSocketAddress proxy, byte[] before, String password)
            throws IOException {
        TestClient client = new TestClient(proxy, PLAIN);
        for (byte each : before) {
            client.out.write(each);
        }
        client.identify("app", password);
        return client;
    }

    /** Connected and greeted, not more. */
    static TestClient greeted(InetSocketAddress proxy) throws IOException {
        return new TestClient(proxy, PLAIN);
    }

    private static byte[] answer(String password, byte[] scramble) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] once = sha1.digest(password.getBytes(StandardCharsets.UTF_8));
            byte[] twice = sha1.digest(once);
            sha1.update(scramble);
            byte[] mask = sha1.digest(twice);
            for (int i = 0; i < once.length; i++) {
                once[i] ^= mask[i];
            }
            return once;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Handshake greeting() {
        return greeting;
    }

    /** The first value of the answer's first row, "OK" for an OK packet. */
    String query(String sql) throws IOException {
        send(TextResult.command(Unpooled.buffer(), Command.QUERY, sql));
        return answer();
    }

    void send(ByteBuf bytes) throws IOException {
        write(bytes);
    }

    /** Sends more of the command under way. */
    void sendMore(ByteBuf bytes) throws IOException {
        if (compressed != null) {
            compressed.goesOn();
        }
        write(bytes);
    }

    /** Reads a whole answer. */
    String answer() throws IOException {
        ByteBuf first = read();
        int header = first.getUnsignedByte(0);
        if (header == ErrPacket.HEADER) {
            throw new Refused(ErrPacket.decode(first));
        }
        if (header == OkPacket.HEADER) {
            OkPacket.decode(first);
            return "OK";
        }
        ByteBuf whole = Unpooled.buffer();
        frame(whole, first);
        boolean deprecateEof = Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF);
        int ends = deprecateEof ? 1 : 2;
        while (ends > 0) {
            ByteBuf packet = read();
            int type = packet.getUnsignedByte(0);
            if (type == OkPacket.EOF_HEADER || type == ErrPacket.HEADER) {
                ends--;
            }
            frame(whole, packet);
        }
        String value = TextResult.decode(whole, capabilities).single();
        return value == null ? "NULL" : value;
    }

    /** Prepares a statement and reads the answer to its end; its id. */
    int prepare(String sql) throws IOException {
        send(TextResult.command(Unpooled.buffer(), Command.STMT_PREPARE, sql));
        ByteBuf first = read();
        if (first.getUnsignedByte(0) == ErrPacket.HEADER) {
            throw new Refused(ErrPacket.decode(first));
        }
        int ends = Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF) ? 0 : 1;
        for (int count : new int[] {first.getUnsignedShortLE(7), first.getUnsignedShortLE(5)}) {
            for (int i = 0; count > 0 && i < count + ends; i++) {
                read();
            }
        }
        return first.getIntLE(1);
    }

    /** Executes a statement with no parameter bound; all its rows, one character a byte. */
    String execute(int id) throws IOException {
        ByteBuf command = Unpooled.buffer();
        int start = Wire.begin(command, 0);
        command.writeByte(Command.STMT_EXECUTE).writeIntLE(id).writeByte(0).writeIntLE(1);
        Wire.end(command, start);
        send(command);
        int columns = read().getUnsignedByte(0);
        int ends = Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF) ? 0 : 1;
        for (int i = 0; i < columns + ends; i++) {
            read();
        }
        StringBuilder rows = new StringBuilder();
        ByteBuf packet = read();
        while (packet.getUnsignedByte(0) == 0) {
            rows.append(packet.toString(StandardCharsets.ISO_8859_1)).append('\n');
            packet = read();
        }
        return rows.toString();
    }

    /** One packet's payload. */
    ByteBuf read() throws IOException {
        byte[] header = new byte[Wire.HEADER];
        in.readFully(header);
        byte[] payload = new byte[Unpooled.wrappedBuffer(header).getUnsignedMediumLE(0)];
        in.readFully(payload);
        return Unpooled.wrappedBuffer(payload);
    }

    /** So many bytes, whatever they are. */
    byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static void frame(ByteBuf whole, ByteBuf payload) {
        whole.writeMediumLE(payload.readableBytes()).writeByte(0);
        whole.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    private void write(ByteBuf bytes) throws IOException {
        out.write(ByteBufUtil.getBytes(bytes));
        out.flush();
    }

    /** Whether the other side has closed the connection. */
    boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
