package io.dbmanager.tests.differential;

import io.dbmanager.common.ServerAddress;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A client that shows every byte that matters of what it is answered. It logs in without a
 * password, so that nothing of the login is in the way.
 */
final class RawClient implements AutoCloseable {
    static final int LONG_PASSWORD = 1;
    static final int FOUND_ROWS = 1 << 1;
    static final int LONG_FLAG = 1 << 2;
    static final int LOCAL_FILES = 1 << 7;
    static final int IGNORE_SPACE = 1 << 8;
    static final int PROTOCOL_41 = 1 << 9;
    static final int TRANSACTIONS = 1 << 13;
    static final int SECURE_CONNECTION = 1 << 15;
    static final int MULTI_STATEMENTS = 1 << 16;
    static final int MULTI_RESULTS = 1 << 17;
    static final int PS_MULTI_RESULTS = 1 << 18;
    static final int PLUGIN_AUTH = 1 << 19;
    static final int SESSION_TRACK = 1 << 23;
    static final int DEPRECATE_EOF = 1 << 24;

    static final int USUAL =
            LONG_PASSWORD
                    | LONG_FLAG
                    | LOCAL_FILES
                    | PROTOCOL_41
                    | TRANSACTIONS
                    | SECURE_CONNECTION
                    | MULTI_STATEMENTS
                    | MULTI_RESULTS
                    | PS_MULTI_RESULTS
                    | PLUGIN_AUTH;

    private static final int MORE_RESULTS = 8;
    private static final int CURSOR_EXISTS = 0x40;

    /** What the optimizer and the clock decide: not the client's business, and not stable. */
    private static final int UNSTABLE_STATUS = 0x10 | 0x20 | 0x800;

    private static final int STATE_CHANGED = 0x4000;
    private static final int TRACKED_GTIDS = 3;

    /** Some messages tell the number of a prepared statement, which is each server's own. */
    private static final String STATEMENT_ID = "\\(\\d+\\)";

    /**
     * MariaDB tells of these also when another variable, kept in the same place, was set; not so
     * when it is asked to tell of every variable.
     */
    private static final Set<String> QUIRKS =
            Set.of(
                    "\\x0aautocommit\\x02ON",
                    "\\x0aautocommit\\x03OFF",
                    "\\x18character_set_connection\\x06binary",
                    "\\x18character_set_connection\\x06latin1",
                    "\\x18character_set_connection\\x07utf8mb4");

    private static final int ANSWER_MILLIS = 15_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final int capabilities;
    private final String user;
    private final String plugin;
    private final long connectionId;
    private int sequence;

    /** What is expected next. */
    private boolean binary;

    /** The id of the statement prepared last. */
    private long prepared;

    private boolean fresh = true;

    RawClient(ServerAddress address, String user, int capabilities) throws IOException {
        this.socket = new Socket(address.host(), address.port());
        this.capabilities = capabilities;
        this.user = user;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MILLIS);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        Payload greeting = read();
        if (greeting.first() == 0xFF) {
            throw new IOException("refused: " + failed(greeting));
        }
        greeting.skip(1).untilNul();
        connectionId = greeting.fixed(4);
        // Scramble (9), capabilities (2), collation (1), status (2), capabilities (2), length (1),
        // reserved (10), the rest of the scramble (13).
        greeting.skip(9 + 2 + 1 + 2 + 2 + 1 + 10 + 13);
        plugin = new String(greeting.untilNul(), StandardCharsets.US_ASCII);
        login();
    }

    private void login() throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        fixed(response, capabilities, 4);
        fixed(response, 1 << 24, 4);
        fixed(response, 45, 1);
        response.write(new byte[23]);
        response.write(Payload.bytes(user));
        response.write(new byte[] {0, 0});
        response.write(Payload.bytes(plugin));
        response.write(0);
        write(response.toByteArray());
        Answer answer = loggedIn();
        if (!(answer instanceof Answer.Done)) {
            throw new IOException("not logged in: " + answer);
        }
    }

    private Answer loggedIn() throws IOException {
        Payload said = read();
        if (said.first() == 0xFE) {
            // Whatever the plugin asked for: the proof of no password is nothing.
            write(new byte[0]);
            said = read();
        }
        return said.first() == 0xFF ? failed(said) : done(said);
    }

    long connectionId() {
        return connectionId;
    }

    /** Sends a command, whose answer is to be read. */
    void send(int command, byte[] rest) throws IOException {
        sequence = 0;
        binary = command == 0x17 || command == 0x1C;
        byte[] payload = new byte[rest.length + 1];
        payload[0] = (byte) command;
        System.arraycopy(rest, 0, payload, 1, rest.length);
        write(payload);
    }

    /** All that a command is answered with. */
    List<Answer> answers(int command) {
        List<Answer> answers = new ArrayList<>();
        try {
            switch (command) {
                case 0x11 -> answers.add(loggedIn());
                case 0x16 -> answers.add(preparedAnswer());
                case 0x1C -> answers.add(fetched());
                case 0x04 -> answers.add(fields());
                case 0x18, 0x19 -> {
                    // Never answered.
                }
                default -> results(answers);
            }
        } catch (SocketTimeoutException _) {
            answers.add(new Answer.Silence());
            fresh = false;
        } catch (EOFException | SocketException _) {
            answers.add(new Answer.Closed());
            fresh = false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return answers;
    }

    /** Whether more can be said to it. */
    boolean isUsable() {
        return fresh;
    }

    long prepared() {
        return prepared;
    }

    private void results(List<Answer> answers) throws IOException {
        boolean more = true;
        while (more) {
            Payload first = read();
            Answer answer =
                    switch (first.first()) {
                        case 0x00 -> done(first);
                        case 0xFF -> failed(first);
                        case 0xFE -> eof(first);
                        case 0xFB -> upload();
                        default -> rows(first);
                    };
            answers.add(answer);
            more =
                    switch (answer) {
                        case Answer.Done done -> (done.status() & MORE_RESULTS) != 0;
                        case Answer.Rows rows ->
                                rows.failure().isEmpty() && (rows.status() & MORE_RESULTS) != 0;
                        case Answer.Failed _,
                                Answer.Prepared _,
                                Answer.Other _,
                                Answer.Closed _,
                                Answer.Silence _ ->
                                false;
                    };
        }
    }

    private Answer upload() throws IOException {
        write(Payload.bytes("901\t901\tuploaded\n902\t902\tuploaded too\n"));
        write(new byte[0]);
        Payload end = read();
        return end.first() == 0xFF ? failed(end) : done(end);
    }

    private Answer.Rows rows(Payload first) throws IOException {
        int count = (int) first.lengthEncoded();
        List<String> columns = definitions(count);
        List<String> rows = new ArrayList<>();
        if (!has(DEPRECATE_EOF)) {
            Payload eof = read().skip(1);
            int warnings = (int) eof.fixed(2);
            int status = (int) eof.fixed(2);
            if ((status & CURSOR_EXISTS) != 0) {
                return new Answer.Rows(columns, rows, stable(status), warnings, "");
            }
        }
        return rest(columns, rows, count);
    }

    private Answer fetched() throws IOException {
        return rest(List.of(), new ArrayList<>(), 0);
    }

    private Answer.Rows rest(List<String> columns, List<String> rows, int count)
            throws IOException {
        while (true) {
            Payload packet = read();
            if (packet.first() == 0xFF) {
                return new Answer.Rows(columns, rows, 0, 0, failed(packet).toString());
            }
            if (packet.first() == 0xFE && packet.length() < (has(DEPRECATE_EOF) ? 0xFFFFFF : 9)) {
                return ended(columns, rows, packet);
            }
            rows.add(binary ? Payload.printed(packet.rest()) : textRow(packet, count));
        }
    }

    private Answer.Rows ended(List<String> columns, List<String> rows, Payload end) {
        if (has(DEPRECATE_EOF)) {
            Answer.Done done = done(end);
            return new Answer.Rows(columns, rows, done.status(), done.warnings(), "");
        }
        end.skip(1);
        int warnings = (int) end.fixed(2);
        // That something has changed means nothing here: this packet has no room to say what.
        int status = (int) end.fixed(2) & ~STATE_CHANGED;
        return new Answer.Rows(columns, rows, stable(status), warnings, "");
    }

    private static String textRow(Payload packet, int count) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(packet.value());
        }
        return String.join(", ", values);
    }

    private List<String> definitions(int count) throws IOException {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(definition(read()));
        }
        return columns;
    }

    private static String definition(Payload packet) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append(Payload.printed(packet.takeLengthEncoded())).append('|');
        }
        packet.skip(1);
        long charset = packet.fixed(2);
        long length = packet.fixed(4);
        return text.append(
                        "charset=%d length=%d type=%d flags=%x decimals=%d"
                                .formatted(
                                        charset,
                                        length,
                                        packet.fixed(1),
                                        packet.fixed(2),
                                        packet.fixed(1)))
                .append(Payload.printed(packet.skip(2).rest()))
                .toString();
    }

    private Answer fields() throws IOException {
        List<String> columns = new ArrayList<>();
        while (true) {
            Payload packet = read();
            if (packet.first() == 0xFF) {
                return failed(packet);
            }
            if (packet.first() == 0xFE) {
                return ended(columns, List.of(), packet);
            }
            columns.add(definition(packet));
        }
    }

    private Answer preparedAnswer() throws IOException {
        Payload first = read();
        if (first.first() == 0xFF) {
            return failed(first);
        }
        first.skip(1);
        prepared = first.fixed(4);
        int columns = (int) first.fixed(2);
        int parameters = (int) first.fixed(2);
        int warnings = (int) first.skip(1).fixed(2);
        return new Answer.Prepared(defined(parameters), defined(columns), warnings);
    }

    private List<String> defined(int count) throws IOException {
        List<String> columns = definitions(count);
        if (count > 0 && !has(DEPRECATE_EOF)) {
            read();
        }
        return columns;
    }

    private Answer.Done done(Payload packet) {
        packet.skip(1);
        long affected = packet.lengthEncoded();
        long insertId = packet.lengthEncoded();
        int status = (int) packet.fixed(2);
        int warnings = (int) packet.fixed(2);
        if (!has(SESSION_TRACK) || packet.isEmpty()) {
            String info = Payload.printed(packet.rest());
            return new Answer.Done(affected, insertId, stable(status), warnings, info, List.of());
        }
        String info = Payload.printed(packet.takeLengthEncoded());
        List<String> changes =
                (status & STATE_CHANGED) == 0
                        ? List.of()
                        : changes(new Payload(packet.takeLengthEncoded()));
        // A change of the GTID alone is not compared, and neither is that there was one.
        int seen = changes.isEmpty() ? status & ~STATE_CHANGED : status;
        return new Answer.Done(affected, insertId, stable(seen), warnings, info, changes);
    }

    private static List<String> changes(Payload data) {
        List<String> changes = new ArrayList<>();
        while (!data.isEmpty()) {
            int type = (int) data.fixed(1);
            String change = Payload.printed(data.takeLengthEncoded());
            if (type != TRACKED_GTIDS && !QUIRKS.contains(change)) {
                changes.add(type + ":" + change);
            }
        }
        changes.sort(null);
        return changes;
    }

    private Answer eof(Payload packet) {
        if (has(DEPRECATE_EOF) && packet.length() >= 7) {
            return done(packet);
        }
        packet.skip(1);
        return new Answer.Other(Payload.printed(packet.rest()));
    }

    private static Answer.Failed failed(Payload packet) {
        packet.skip(1);
        int code = (int) packet.fixed(2);
        byte[] rest = packet.rest();
        String text = Payload.printed(rest).replaceAll(STATEMENT_ID, "(id)");
        return rest.length > 5 && rest[0] == '#'
                ? new Answer.Failed(code, text.substring(1, 6), text.substring(6))
                : new Answer.Failed(code, "", text);
    }

    private static int stable(int status) {
        return status & ~UNSTABLE_STATUS;
    }

    private boolean has(int capability) {
        return (capabilities & capability) != 0;
    }

    /** COM_CHANGE_USER to the same account. */
    byte[] changeUser(String schema) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(Payload.bytes(user));
        body.writeBytes(new byte[] {0, 0});
        body.writeBytes(Payload.bytes(schema));
        body.write(0);
        fixed(body, 45, 2);
        body.writeBytes(Payload.bytes(plugin));
        body.write(0);
        return body.toByteArray();
    }

    static void fixed(ByteArrayOutputStream out, long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    private Payload read() throws IOException {
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new EOFException();
        }
        int length = (header[0] & 0xFF) | ((header[1] & 0xFF) << 8) | ((header[2] & 0xFF) << 16);
        sequence = (header[3] & 0xFF) + 1;
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        return new Payload(payload);
    }

    private void write(byte[] payload) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        fixed(packet, payload.length, 3);
        packet.write(sequence++);
        packet.writeBytes(payload);
        out.write(packet.toByteArray());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
