package io.dbmanager.proxy.protocol;

import static io.dbmanager.proxy.protocol.Capabilities.DEPRECATE_EOF;
import static io.dbmanager.proxy.protocol.Capabilities.MARIADB_PROGRESS;
import static io.dbmanager.proxy.protocol.Capabilities.OPTIONAL_METADATA;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;

/**
 * Answers one question about the answer to a command: is it complete, and with which status flags?
 * Fed packet by packet; looks at those alone that begin or end something. Knows no channel. One
 * instance serves one command after another.
 *
 * <p>A first byte means different things at different places, so every reading of it below says why
 * it cannot be anything else there.
 */
public final class ResponseTracker {
    /** What kind of answer a command has. */
    public enum Kind {
        /** COM_QUERY and COM_STMT_EXECUTE: results, one after the other. */
        RESULTS,
        /** COM_STMT_PREPARE. */
        PREPARE,
        /** COM_STMT_FETCH: rows alone. */
        ROWS,
        /** COM_FIELD_LIST: column definitions alone. */
        COLUMNS,
        /** COM_BINLOG_DUMP: events, as a rule without an end. */
        EVENTS,
        /** One packet, whatever is in it: COM_INIT_DB, COM_STATISTICS, ... */
        ONE_PACKET
    }

    /** What a packet meant for the answer. */
    public enum Step {
        MORE,
        /** The server waits for a file's content from the client. */
        WANTS_FILE,
        DONE
    }

    private enum Place {
        START,
        COLUMN_DEFINITIONS,
        COLUMNS_END,
        ROWS,
        PREPARED_DEFINITIONS,
        END
    }

    private static final int NO_STATUS = -1;

    /** Where an error has its code, MariaDB's reports on how far a long statement has come. */
    private static final int PROGRESS_REPORT = 0xFFFF;

    private static final int NO_DEFINITIONS = 0;

    /** Where a prepare's answer says whether definitions follow. */
    private static final int DEFINED_FLAG = 12;

    private Kind kind = Kind.ONE_PACKET;
    private Place place = Place.END;
    private boolean deprecateEof;
    private boolean optionalMetadata;
    private boolean progress;
    private long definitionsLeft;
    private boolean continued;
    private boolean first;
    private boolean looked;

    private int status = NO_STATUS;
    private int statusOffset = -1;
    private long affectedRows;
    private int warnings;
    private int errorCode;
    private boolean failedAtOnce;
    private boolean stateChanged;
    private int statementId;
    private int columns;
    private int parameters;

    /**
     * Begins to follow the answer to another command.
     *
     * @param capabilities agreed with the server
     */
    public void begin(Kind kindOfAnswer, long capabilities) {
        this.kind = kindOfAnswer;
        this.deprecateEof = has(capabilities, DEPRECATE_EOF);
        this.optionalMetadata = has(capabilities, OPTIONAL_METADATA);
        this.progress = has(capabilities, MARIADB_PROGRESS);
        place =
                switch (kindOfAnswer) {
                    case RESULTS, PREPARE, ONE_PACKET -> Place.START;
                    case ROWS, COLUMNS, EVENTS -> Place.ROWS;
                };
        definitionsLeft = 0;
        continued = false;
        first = true;
        status = NO_STATUS;
        affectedRows = 0;
        warnings = 0;
        errorCode = 0;
        failedAtOnce = false;
        stateChanged = false;
        statementId = 0;
        columns = 0;
        parameters = 0;
    }

    /**
     * How much of a packet's payload {@link #packet} has to see: all, or nothing beyond the first
     * byte.
     *
     * @param firstByte -1 for an empty payload
     */
    public boolean needsWhole(int length, int firstByte) {
        looked =
                switch (place) {
                    case START, COLUMNS_END, PREPARED_DEFINITIONS -> true;
                    case COLUMN_DEFINITIONS ->
                            // A definition begins with the length of "def".
                            firstByte == ErrPacket.HEADER;
                    case ROWS -> !continued && endsRows(length, firstByte);
                    case END -> false;
                };
        return looked;
    }

    /**
     * A row never begins with 0xFF, which is no length. It can begin with 0xFE, the length of a
     * value of 16 MiB or more, but then its packet is a full one; as the end of rows that byte
     * stands in a packet of less than 9 bytes (EOF), or less than a full one (OK in its place). An
     * event begins with 0.
     */
    private boolean endsRows(int length, int firstByte) {
        return firstByte == ErrPacket.HEADER
                || (firstByte == OkPacket.EOF_HEADER
                        && (deprecateEof ? length < Wire.MAX_PAYLOAD : length < 9));
    }

    /**
     * The next packet of the answer.
     *
     * @param in holds the payload at {@code index}: all of it if {@link #needsWhole} said so
     */
    public Step packet(ByteBuf in, int index, int length) {
        boolean wasContinued = continued;
        continued = length == Wire.MAX_PAYLOAD;
        stateChanged = false;
        statusOffset = -1;
        if (wasContinued) {
            return kind == Kind.ONE_PACKET && !continued ? done() : Step.MORE;
        }
        int firstByte = length == 0 ? -1 : in.getUnsignedByte(index);
        if (looked && firstByte == ErrPacket.HEADER && length >= 3) {
            int code = in.getUnsignedShortLE(index + 1);
            if (progress && code == PROGRESS_REPORT) {
                return Step.MORE;
            }
            errorCode = code;
            failedAtOnce = first;
            return done();
        }
        Step step =
                switch (place) {
                    case START -> start(in, index, length, firstByte);
                    case COLUMN_DEFINITIONS -> columnDefinition();
                    case COLUMNS_END -> columnsEnd(in, index, length);
                    case ROWS -> looked ? end(in, index, length) : Step.MORE;
                    case PREPARED_DEFINITIONS -> preparedDefinition();
                    case END ->
                            throw new MalformedPacketException(
                                    "the server sent a packet after the end of its answer");
                };
        first = false;
        return step;
    }

    private Step start(ByteBuf in, int index, int length, int firstByte) {
        return switch (kind) {
            case RESULTS -> startResult(in, index, length, firstByte);
            case PREPARE -> startPrepared(in, index, length, firstByte);
            case ONE_PACKET -> {
                boolean okAsEof = deprecateEof && firstByte == OkPacket.EOF_HEADER;
                if ((firstByte == OkPacket.HEADER || okAsEof) && length >= 7) {
                    readOk(in, index, length);
                } else if (firstByte == OkPacket.EOF_HEADER && length == 5) {
                    readEof(in, index);
                }
                yield continued ? Step.MORE : done();
            }
            case ROWS, COLUMNS, EVENTS -> throw new IllegalStateException("these have no start");
        };
    }

    private Step startResult(ByteBuf in, int index, int length, int firstByte) {
        return switch (firstByte) {
            // A result has at least one column, so 0 is no column count.
            case OkPacket.HEADER -> {
                readOk(in, index, length);
                yield moreOrDone();
            }
            // NULL is no column count either.
            case 0xFB -> Step.WANTS_FILE;
            case -1 -> throw new MalformedPacketException("the server sent an empty answer");
            default -> {
                ByteBuf count = in.slice(index, length);
                definitionsLeft = Wire.readLenEnc(count);
                columns = (int) definitionsLeft;
                boolean defined = !optionalMetadata || count.readUnsignedByte() != NO_DEFINITIONS;
                place = defined ? Place.COLUMN_DEFINITIONS : afterDefinitions();
                yield Step.MORE;
            }
        };
    }

    private Step columnDefinition() {
        if (--definitionsLeft == 0) {
            place = afterDefinitions();
        }
        return Step.MORE;
    }

    private Place afterDefinitions() {
        return deprecateEof ? Place.ROWS : Place.COLUMNS_END;
    }

    private Step columnsEnd(ByteBuf in, int index, int length) {
        if (length < 5) {
            throw new MalformedPacketException("the end of the columns is cut short");
        }
        readEof(in, index);
        // With a cursor the rows come when they are fetched.
        if (ServerStatus.has(status, ServerStatus.CURSOR_EXISTS)) {
            return done();
        }
        place = Place.ROWS;
        return Step.MORE;
    }

    private Step end(ByteBuf in, int index, int length) {
        if (deprecateEof && length >= 7) {
            readOk(in, index, length);
        } else if (length >= 5) {
            warnings = in.getUnsignedShortLE(index + 1);
            readEof(in, index);
        } else {
            throw new MalformedPacketException("the end of the rows is cut short");
        }
        return kind == Kind.RESULTS ? moreOrDone() : done();
    }

    private Step moreOrDone() {
        if (ServerStatus.has(status, ServerStatus.MORE_RESULTS)) {
            place = Place.START;
            return Step.MORE;
        }
        return done();
    }

    private Step startPrepared(ByteBuf in, int index, int length, int firstByte) {
        if (firstByte != OkPacket.HEADER || length < 12) {
            throw new MalformedPacketException("the server's answer to a prepare is none");
        }
        statementId = in.getIntLE(index + 1);
        columns = in.getUnsignedShortLE(index + 5);
        parameters = in.getUnsignedShortLE(index + 7);
        boolean defined =
                !optionalMetadata
                        || length <= DEFINED_FLAG
                        || in.getUnsignedByte(index + DEFINED_FLAG) != NO_DEFINITIONS;
        int ends = deprecateEof ? 0 : (parameters > 0 ? 1 : 0) + (columns > 0 ? 1 : 0);
        // Where definitions are left out, what ends them is not.
        definitionsLeft = (defined ? (long) parameters + columns : 0) + ends;
        if (definitionsLeft == 0) {
            return done();
        }
        place = Place.PREPARED_DEFINITIONS;
        return Step.MORE;
    }

    private Step preparedDefinition() {
        return --definitionsLeft == 0 ? done() : Step.MORE;
    }

    private void readOk(ByteBuf in, int index, int length) {
        int at = skipLenEnc(in, skipLenEnc(in, index + 1));
        if (at + 4 > index + length) {
            throw new MalformedPacketException("an OK packet is cut short");
        }
        int affected = in.getUnsignedByte(index + 1);
        affectedRows =
                affected < 0xFB ? affected : Wire.readLenEnc(in.slice(index + 1, length - 1));
        status = in.getUnsignedShortLE(at);
        statusOffset = at - index;
        warnings = in.getUnsignedShortLE(at + 2);
        stateChanged = ServerStatus.has(status, ServerStatus.SESSION_STATE_CHANGED);
    }

    private void readEof(ByteBuf in, int index) {
        statusOffset = 3;
        status = in.getUnsignedShortLE(index + statusOffset);
    }

    private static int skipLenEnc(ByteBuf in, int index) {
        return index
                + switch (in.getUnsignedByte(index)) {
                    case 0xFC -> 3;
                    case 0xFD -> 4;
                    case 0xFE -> 9;
                    default -> 1;
                };
    }

    private Step done() {
        place = Place.END;
        return Step.DONE;
    }

    /** Whether a packet had status flags: an error has none, nor has a prepare's answer. */
    public boolean hasStatus() {
        return status != NO_STATUS;
    }

    /** The status flags of the last packet that had some. */
    public int status() {
        return status;
    }

    /** Where in the payload just seen the status flags stand; -1 where it has none. */
    public int statusOffset() {
        return statusOffset;
    }

    /** As the last OK packet has it, of those that end rows too. */
    public long affectedRows() {
        return affectedRows;
    }

    /** How many warnings the last result has. */
    public int warnings() {
        return warnings;
    }

    /** The code of the error that ended the answer; 0 for none. */
    public int errorCode() {
        return errorCode;
    }

    /** Whether the answer is an error and nothing else. */
    public boolean failedAtOnce() {
        return failedAtOnce;
    }

    /** Whether the packet just seen is an OK packet with changes of the session's state. */
    public boolean stateChanged() {
        return stateChanged;
    }

    /** Of PREPARE, once its first packet has been seen. */
    public int statementId() {
        return statementId;
    }

    /** Of PREPARE, and of the last result that had rows; 0 for none. */
    public int columns() {
        return columns;
    }

    public int parameters() {
        return parameters;
    }
}
