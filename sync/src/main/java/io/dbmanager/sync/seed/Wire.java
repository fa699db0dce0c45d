package io.dbmanager.sync.seed;

import com.mysql.cj.NativeSession;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Statements and their answers in the text protocol, on a connection on which the driver has logged
 * in and otherwise waits. The driver makes objects of each row and each value; here rows are looked
 * at where they were received. Who asks while another thread's answer is under way waits for it.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html">
 *     COM_QUERY</a>
 */
final class Wire {
    private static final int COM_QUERY = 3;
    private static final int HEADER = 4;

    /** A packet of this length goes on in the next one. */
    private static final int PACKET_MAX = 0xFFFFFF;

    private static final int ARRAY_MAX = Integer.MAX_VALUE - 16;
    private static final int RECEIVE_BYTES = 128 << 10;
    private static final int FILE_PACKET_BYTES = 128 << 10;

    private static final int OK = 0x00;
    private static final int LOCAL_INFILE = 0xFB;
    private static final int NULL_VALUE = 0xFB;
    private static final int END = 0xFE;
    private static final int ERROR = 0xFF;
    private static final int ERROR_BYTES_MIN = 3;
    private static final int STATE_BYTES = 6;
    private static final int OLD_END_BYTES_MAX = 8;
    private static final int MORE_RESULTS = 0x0008;

    /** What an empty packet begins with. */
    private static final int NOTHING = -1;

    /** Of catalog, schema, and two of the table, in a column's definition. */
    private static final int NAMES_BEFORE = 4;

    private final InputStream in;
    private final OutputStream out;
    private final boolean attributes;
    private final boolean endIsOk;
    private final ReentrantLock inTurn = new ReentrantLock();
    private final byte[] header = new byte[HEADER];
    private final RowView row = new RowView();

    private byte[] buffer = new byte[RECEIVE_BYTES];
    private int received;

    /** Where the next packet begins. */
    private int next;

    /** Where what is read of the present packet stands, and where the packet ends. */
    private int at;

    private int end;
    private int sequence;

    /** Whether an answer has not been read to its end. */
    private boolean answering;

    /**
     * @param attributes whether statements have attributes before them, by {@code
     *     CLIENT_QUERY_ATTRIBUTES}
     * @param endIsOk whether rows end with an OK packet, by {@code CLIENT_DEPRECATE_EOF}
     */
    Wire(InputStream in, OutputStream out, boolean attributes, boolean endIsOk) {
        this.in = in;
        this.out = out;
        this.attributes = attributes;
        this.endIsOk = endIsOk;
    }

    /**
     * @param connection of the driver, with no answer under way
     */
    static Wire of(Connection connection) throws SQLException {
        NativeSession session =
                (NativeSession) connection.unwrap(JdbcConnection.class).getSession();
        SocketConnection network = session.getProtocol().getSocketConnection();
        ServerSession negotiated = session.getProtocol().getServerSession();
        try {
            // Read without the driver's buffer, which fails in its own way where another thread
            // has just closed it.
            Socket socket = network.getMysqlSocket();
            if (socket == null) {
                throw new IOException("the connection is closed");
            }
            return new Wire(
                    socket.getInputStream(),
                    network.getMysqlOutput(),
                    negotiated.supportsQueryAttributes(),
                    negotiated.isEOFDeprecated());
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /**
     * What became of a statement.
     *
     * @param rows that it has changed
     * @param warnings how many there are
     */
    record Done(long rows, int warnings) {}

    /** Runs a statement, whose rows, if it has some, nobody wants. */
    Done run(String packed) throws SQLException {
        return finished(packed, null);
    }

    /** Runs a {@code LOAD DATA LOCAL}, whose file is {@code content}. */
    Done load(String packed, byte[] content) throws SQLException {
        return finished(packed, content);
    }

    private Done finished(String packed, byte @Nullable [] content) throws SQLException {
        inTurn.lock();
        try {
            send(packed);
            return finish(content);
        } catch (IOException e) {
            throw lost(e);
        } finally {
            inTurn.unlock();
        }
    }

    /**
     * Runs a statement that answers with rows.
     *
     * @param names filled with the columns' names, packed
     * @throws X what the reader throws; the connection is of no more use then
     */
    <X extends Exception> void rows(
            String packed, List<String> names, ByteSession.RowReader<X> reader)
            throws SQLException, InterruptedException, X {
        inTurn.lock();
        try {
            send(packed);
            readPacket();
            int columns = columns();
            for (int i = 0; i < columns; i++) {
                readPacket();
                names.add(name());
            }
            skipEndOfColumns();
            for (readPacket(); !isEnd(); readPacket()) {
                reader.row(parse(columns));
            }
            if (hasMore()) {
                var _ = finish(null);
            }
            ended();
        } catch (IOException e) {
            throw lost(e);
        } finally {
            inTurn.unlock();
        }
    }

    private void send(String packed) throws IOException {
        int before = attributes ? 3 : 1;
        byte[] text = Packed.bytes(packed);
        byte[] statement = new byte[before + text.length];
        statement[0] = COM_QUERY;
        if (attributes) {
            statement[2] = 1; // no attributes, in one set
        }
        System.arraycopy(text, 0, statement, before, text.length);
        if (answering) {
            throw new IOException("the last answer was not read to its end");
        }
        answering = true;
        sequence = 0;
        received = 0;
        next = 0;
        write(statement, 0, statement.length, PACKET_MAX);
        out.flush();
    }

    /** Writes packets, of which the last is shorter than a full one. */
    private void write(byte[] bytes, int from, int to, int packetMax) throws IOException {
        int position = from;
        int length;
        do {
            length = Math.min(packetMax, to - position);
            writeHeader(length);
            out.write(bytes, position, length);
            position += length;
        } while (length == PACKET_MAX || position < to);
    }

    private void writeHeader(int length) throws IOException {
        header[0] = (byte) length;
        header[1] = (byte) (length >> 8);
        header[2] = (byte) (length >> 16);
        header[3] = (byte) sequence++;
        out.write(header);
    }

    /** Reads answers until the last one has ended. */
    private Done finish(byte @Nullable [] content) throws SQLException, IOException {
        byte @Nullable [] file = content;
        boolean askedForMore = false;
        while (true) {
            readPacket();
            switch (first()) {
                case OK -> {
                    at++;
                    long rows = number();
                    var _ = number(); // the last id
                    boolean more = (twoBytes() & MORE_RESULTS) != 0;
                    int warnings = twoBytes();
                    if (!more) {
                        ended();
                        if (askedForMore) {
                            throw new SQLException("the server asked for a file", "HY000");
                        }
                        return new Done(rows, warnings);
                    }
                }
                case LOCAL_INFILE -> {
                    if (file == null) {
                        askedForMore = true;
                    } else if (file.length > 0) {
                        write(file, 0, file.length, FILE_PACKET_BYTES);
                    }
                    // The end of the file; all there is of one that was not offered.
                    writeHeader(0);
                    out.flush();
                    file = null;
                }
                default -> {
                    int columns = columns();
                    for (int i = 0; i < columns; i++) {
                        readPacket();
                    }
                    skipEndOfColumns();
                    do {
                        readPacket();
                    } while (!isEnd());
                    if (!hasMore()) {
                        ended();
                        return new Done(0, 0);
                    }
                }
            }
        }
    }

    /** How many columns an answer has, as its first packet says. */
    private int columns() throws SQLException, IOException {
        return switch (first()) {
            case ERROR -> throw error();
            case OK, LOCAL_INFILE ->
                    throw new IOException("an answer without rows came where rows were asked for");
            default -> (int) number();
        };
    }

    /** A column's name: the fifth of the texts that its definition begins with. */
    private String name() throws IOException {
        for (int i = 0; i < NAMES_BEFORE; i++) {
            int skipped = length();
            at += skipped;
        }
        int length = length();
        return Packed.of(buffer, at, at + length);
    }

    private void skipEndOfColumns() throws IOException {
        if (!endIsOk) {
            readPacket();
        }
    }

    /** Whether this packet is not a row but what comes after the last. */
    private boolean isEnd() throws SQLException {
        if (first() == ERROR) {
            throw error();
        }
        // A value that begins like this is too long for one packet.
        return first() == END && end - at <= (endIsOk ? PACKET_MAX - 1 : OLD_END_BYTES_MAX);
    }

    private boolean hasMore() throws IOException {
        at++;
        if (endIsOk) {
            var _ = number();
            var _ = number();
        } else {
            var _ = twoBytes(); // warnings
        }
        return (twoBytes() & MORE_RESULTS) != 0;
    }

    private RowView parse(int columns) throws IOException {
        row.begin(buffer, columns);
        for (int i = 0; i < columns; i++) {
            if (first() == NULL_VALUE) {
                row.isNull(i, at++);
            } else {
                int length = length();
                row.is(i, at, length);
                at += length;
            }
        }
        return row;
    }

    /** The length of what comes next in this packet. */
    private int length() throws IOException {
        long length = number();
        if (length < 0 || length > end - at) {
            throw malformed();
        }
        return (int) length;
    }

    /** What the server says instead of an answer, or of the rest of one. */
    private SQLException error() {
        if (end - at < ERROR_BYTES_MIN) {
            return lost(malformed());
        }
        int code = (buffer[at + 1] & 0xFF) | (buffer[at + 2] & 0xFF) << 8;
        int text = at + 3;
        String state = "HY000";
        if (end - text >= STATE_BYTES && buffer[text] == '#') {
            state = new String(buffer, text + 1, 5, StandardCharsets.US_ASCII);
            text += STATE_BYTES;
        }
        String message = new String(buffer, text, end - text, StandardCharsets.UTF_8);
        ended();
        return new SQLException(message, state, code);
    }

    private int first() {
        return at < end ? buffer[at] & 0xFF : NOTHING;
    }

    private int twoBytes() throws IOException {
        return (int) littleEndian(2);
    }

    /** A length-encoded integer. */
    private long number() throws IOException {
        int first = first();
        at++;
        if (first < NULL_VALUE && first >= 0) {
            return first;
        }
        return switch (first) {
            case 0xFC -> littleEndian(2);
            case 0xFD -> littleEndian(3);
            case 0xFE -> littleEndian(8);
            default -> throw malformed();
        };
    }

    private long littleEndian(int bytes) throws IOException {
        if (end - at < bytes) {
            throw malformed();
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (buffer[at++] & 0xFFL) << (8 * i);
        }
        return value;
    }

    private static IOException malformed() {
        return new IOException("a packet that is not of the protocol came");
    }

    /** Makes the next packet the present one; one in several pieces is put together. */
    private void readPacket() throws IOException {
        require(HEADER);
        int length = lengthAt(next);
        sequence = (buffer[next + 3] & 0xFF) + 1;
        require(HEADER + length);
        at = next + HEADER;
        end = at + length;
        next = end;
        int piece = length;
        while (piece == PACKET_MAX) {
            int whole = end - at;
            next = at; // what came before is not needed any more
            require(whole + HEADER);
            piece = lengthAt(next + whole);
            sequence = (buffer[next + whole + 3] & 0xFF) + 1;
            require(Math.addExact(whole + HEADER, piece));
            System.arraycopy(
                    buffer,
                    next + whole + HEADER,
                    buffer,
                    next + whole,
                    received - (next + whole + HEADER));
            received -= HEADER;
            at = next;
            end = Math.addExact(at + whole, piece);
            next = end;
        }
    }

    private int lengthAt(int position) {
        return (buffer[position] & 0xFF)
                | (buffer[position + 1] & 0xFF) << 8
                | (buffer[position + 2] & 0xFF) << 16;
    }

    /** Receives until there are so many bytes from {@link #next} on, which may move. */
    private void require(int bytes) throws IOException {
        if (received - next >= bytes) {
            return;
        }
        byte[] into =
                buffer.length >= bytes
                        ? buffer
                        : new byte[(int) Math.min(ARRAY_MAX, Math.max(bytes, 2L * buffer.length))];
        System.arraycopy(buffer, next, into, 0, received - next);
        buffer = into;
        received -= next;
        next = 0;
        while (received - next < bytes) {
            int count = in.read(buffer, received, buffer.length - received);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            received += count;
        }
    }

    private void ended() {
        answering = false;
        // Gives back the memory that one huge row took.
        if (buffer.length > 16 * RECEIVE_BYTES) {
            buffer = Arrays.copyOf(buffer, RECEIVE_BYTES);
        }
    }

    private static SQLException lost(IOException e) {
        return new SQLException("the connection was lost: " + e.getMessage(), "08S01", e);
    }

    /** Small answers: all rows, packed. */
    List<List<@Nullable String>> all(String packed, List<String> names) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try {
            this.<RuntimeException>rows(
                    packed,
                    names,
                    received -> {
                        List<@Nullable String> values = new ArrayList<>(received.columns());
                        for (int i = 0; i < received.columns(); i++) {
                            values.add(received.text(i));
                        }
                        rows.add(values);
                    });
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing waits there", e);
        }
        return rows;
    }
}
