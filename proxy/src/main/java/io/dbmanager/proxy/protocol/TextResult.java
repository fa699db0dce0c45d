package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.DEPRECATE_EOF;
import static io.dbmanager.proxy.protocol.Capabilities.MARIADB_EXTENDED_METADATA;
import static io.dbmanager.proxy.protocol.Capabilities.OPTIONAL_METADATA;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A whole result set of the text protocol, small enough to be held: what the proxy answers itself,
 * and what it asks servers for its own use.
 *
 * @param columns none where the session wants none told
 * @param rows a value is null for NULL
 */
public record TextResult(List<Column> columns, List<List<@Nullable String>> rows) {
    private static final int DEFINITIONS_FOLLOW = 1;
    private static final int UTF8MB4 = 45;
    private static final int VAR_STRING = 0xFD;
    private static final int LONGLONG = 8;
    private static final int NULL = 0xFB;

    /** A column's name and the protocol's number of its type. */
    public record Column(String name, int type) {
        public static Column text(String name) {
            return new Column(name, VAR_STRING);
        }

        public static Column number(String name) {
            return new Column(name, LONGLONG);
        }

        boolean isText() {
            return type == VAR_STRING;
        }
    }

    /** Writes all packets of the answer. */
    public void encode(ByteBuf out, long capabilities, int status) {
        encode(out, capabilities, status, false);
    }

    /**
     * @param binary whether rows are written as an executed statement's are
     */
    public void encode(ByteBuf out, long capabilities, int status, boolean binary) {
        int sequence = 1;
        int start = Wire.begin(out, sequence++);
        Wire.writeLenEnc(out, columns.size());
        if (has(capabilities, OPTIONAL_METADATA)) {
            out.writeByte(DEFINITIONS_FOLLOW);
        }
        Wire.end(out, start);
        for (Column column : columns) {
            encodeColumn(out, column, capabilities, sequence++);
        }
        boolean deprecateEof = has(capabilities, DEPRECATE_EOF);
        if (!deprecateEof) {
            encodeEof(out, status, sequence++);
        }
        for (List<@Nullable String> row : rows) {
            if (binary) {
                PreparedResult.encodeRow(out, columns, row, sequence++);
            } else {
                encodeRow(out, row, sequence++);
            }
        }
        if (deprecateEof) {
            new OkPacket(OkPacket.EOF_HEADER, 0, 0, status, 0).encode(out, sequence);
        } else {
            encodeEof(out, status, sequence);
        }
    }

    static void encodeColumn(ByteBuf out, Column column, long capabilities, int sequence) {
        int start = Wire.begin(out, sequence);
        Wire.writeLenEncString(out, "def");
        Wire.writeLenEncString(out, "");
        Wire.writeLenEncString(out, "");
        Wire.writeLenEncString(out, "");
        Wire.writeLenEncString(out, column.name());
        Wire.writeLenEncString(out, "");
        if (has(capabilities, MARIADB_EXTENDED_METADATA)) {
            Wire.writeLenEnc(out, 0);
        }
        out.writeByte(0x0C);
        out.writeShortLE(column.isText() ? UTF8MB4 : 63);
        out.writeIntLE(column.isText() ? 1024 : 21);
        out.writeByte(column.type());
        out.writeShortLE(column.isText() ? 0 : 0x80);
        out.writeByte(column.isText() ? 31 : 0);
        out.writeShortLE(0);
        Wire.end(out, start);
    }

    static void encodeEof(ByteBuf out, int status, int sequence) {
        int start = Wire.begin(out, sequence);
        out.writeByte(OkPacket.EOF_HEADER).writeShortLE(0).writeShortLE(status);
        Wire.end(out, start);
    }

    private static void encodeRow(ByteBuf out, List<@Nullable String> row, int sequence) {
        int start = Wire.begin(out, sequence);
        for (String value : row) {
            if (value == null) {
                out.writeByte(NULL);
            } else {
                Wire.writeLenEncString(out, value);
            }
        }
        Wire.end(out, start);
    }

    /**
     * Reads a whole answer that is known to be complete and one result set, with values in UTF-8.
     *
     * @throws MalformedPacketException if it is no result set
     */
    public static TextResult decode(ByteBuf in, long capabilities) {
        ByteBuf head = nextPacket(in);
        int count = (int) Wire.readLenEnc(head);
        boolean defined =
                !has(capabilities, OPTIONAL_METADATA)
                        || head.readUnsignedByte() == DEFINITIONS_FOLLOW;
        List<Column> columns = new ArrayList<>(defined ? count : 0);
        for (int i = 0; defined && i < count; i++) {
            columns.add(decodeColumn(nextPacket(in), capabilities));
        }
        boolean deprecateEof = has(capabilities, DEPRECATE_EOF);
        if (!deprecateEof) {
            nextPacket(in);
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (ByteBuf packet = nextPacket(in); !isEnd(packet); packet = nextPacket(in)) {
            rows.add(decodeRow(packet, count));
        }
        return new TextResult(columns, rows);
    }

    /**
     * Copies a whole answer that is known to be complete, which may be an error, with other values
     * in the first column of its rows.
     *
     * @param first makes the value to be told of the one that is there, both in ASCII
     * @return false where a packet is too large to be changed; {@code out} is of no use then
     */
    public static boolean copy(
            ByteBuf in, long capabilities, ByteBuf out, UnaryOperator<String> first) {
        int ahead = 1 + definitions(in.duplicate(), capabilities);
        for (int packets = 0; in.isReadable(); packets++) {
            int start = in.readerIndex();
            int length = in.getUnsignedMediumLE(start);
            if (length >= Wire.MAX_PAYLOAD / 2) {
                return false;
            }
            ByteBuf payload = nextPacket(in);
            int type = payload.getUnsignedByte(payload.readerIndex());
            if (packets < ahead || type == NULL || isEnd(payload)) {
                out.writeBytes(in, start, Wire.HEADER + length);
            } else {
                int row = Wire.begin(out, in.getUnsignedByte(start + Wire.HEADER - 1));
                Wire.writeLenEncString(out, first.apply(Wire.readLenEncString(payload)));
                out.writeBytes(payload);
                Wire.end(out, row);
            }
        }
        return true;
    }

    /** How many packets stand between an answer's first one and its rows. */
    private static int definitions(ByteBuf in, long capabilities) {
        ByteBuf head = nextPacket(in);
        if (isEnd(head)) {
            return 0;
        }
        int count = (int) Wire.readLenEnc(head);
        boolean defined =
                !has(capabilities, OPTIONAL_METADATA)
                        || head.readUnsignedByte() == DEFINITIONS_FOLLOW;
        return (defined ? count : 0) + (has(capabilities, DEPRECATE_EOF) ? 0 : 1);
    }

    private static boolean isEnd(ByteBuf packet) {
        int first = packet.getUnsignedByte(packet.readerIndex());
        return first == OkPacket.EOF_HEADER || first == ErrPacket.HEADER;
    }

    private static Column decodeColumn(ByteBuf packet, long capabilities) {
        for (int i = 0; i < 4; i++) {
            Wire.readLenEncBytes(packet);
        }
        String name = Wire.readLenEncString(packet);
        Wire.readLenEncBytes(packet);
        if (has(capabilities, MARIADB_EXTENDED_METADATA)) {
            Wire.readLenEncBytes(packet);
        }
        packet.skipBytes(1 + 2 + 4);
        return new Column(name, packet.readUnsignedByte());
    }

    private static List<@Nullable String> decodeRow(ByteBuf packet, int count) {
        List<@Nullable String> row = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (packet.getUnsignedByte(packet.readerIndex()) == NULL) {
                packet.skipBytes(1);
                row.add(null);
            } else {
                row.add(Wire.readLenEncString(packet));
            }
        }
        return row;
    }

    private static ByteBuf nextPacket(ByteBuf in) {
        if (in.readableBytes() < Wire.HEADER) {
            throw new MalformedPacketException("a result set is cut short");
        }
        int length = in.readUnsignedMediumLE();
        in.skipBytes(1);
        if (length == 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("a result set is cut short");
        }
        return in.readSlice(length);
    }

    /** A command with a text, as one packet. */
    public static ByteBuf command(ByteBuf out, int command, String text) {
        int start = Wire.begin(out, 0);
        out.writeByte(command);
        ByteBufUtil.writeUtf8(out, text);
        Wire.end(out, start);
        return out;
    }

    /** The first value of the first row, where there is one. */
    public @Nullable String single() {
        return rows.isEmpty() || rows.getFirst().isEmpty() ? null : rows.getFirst().getFirst();
    }
}
