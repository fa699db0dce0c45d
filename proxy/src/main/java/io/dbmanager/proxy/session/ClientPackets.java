package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.compression.CompressionHandler;
import io.dbmanager.proxy.protocol.FrameBuffer;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.session.SessionState.ChangingUser;
import io.dbmanager.proxy.session.SessionState.Closed;
import io.dbmanager.proxy.session.SessionState.Idle;
import io.dbmanager.proxy.session.SessionState.Opening;
import io.dbmanager.proxy.session.SessionState.Running;
import io.dbmanager.proxy.session.SessionState.Starting;
import io.dbmanager.proxy.session.SessionState.Uploading;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client has sent: waits here for its turn, and is taken one command at a time. */
final class ClientPackets {
    private static final Logger log = LoggerFactory.getLogger(ClientPackets.class);

    /** How much a client may send ahead of its turn before it is not read any more. */
    private static final int AHEAD = 1 << 18;

    private final ClientSession session;
    private final FrameBuffer frames;
    private final IdleWatch idle;
    private final int longest;
    private @Nullable CompressionHandler compression;
    private boolean handling;
    private boolean again;

    /**
     * @param frames holds what the client has sent behind its login
     * @param longest how many bytes a command's first packet may have
     */
    ClientPackets(ClientSession session, FrameBuffer frames, IdleWatch idle, int longest) {
        this.session = session;
        this.frames = frames;
        this.idle = idle;
        this.longest = longest;
    }

    /** What the client and the session say passes through this. */
    void compressed(CompressionHandler handler) {
        compression = handler;
    }

    /** Takes ownership. */
    void append(ByteBuf bytes) {
        frames.append(bytes);
    }

    boolean mayComeAhead() {
        return frames.readableBytes() < AHEAD;
    }

    void release() {
        frames.release();
    }

    /**
     * Does what can be done with what the client has sent, as far as it is its turn. What happens
     * meanwhile may make more possible and is not told twice: a server often takes what is flushed
     * to it at once.
     */
    void handle() {
        if (handling) {
            again = true;
            return;
        }
        handling = true;
        try {
            boolean more = true;
            while (more) {
                again = false;
                more = step() || again;
            }
        } catch (MalformedPacketException | IndexOutOfBoundsException e) {
            log.debug("malformed packet id={} what=\"{}\"", session.id(), e.getMessage());
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.malformed(), 1);
        } finally {
            handling = false;
        }
    }

    private boolean step() {
        return switch (session.state()) {
            case Idle _ -> command();
            case Uploading uploading -> upload(uploading);
            case ChangingUser changing -> changeUser(changing);
            case Starting _, Opening _, Running _, Closed _ -> false;
        };
    }

    private boolean command() {
        if (frames.hasHeader() && frames.payloadLength() > longest) {
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetTooLarge(), 1);
            return false;
        }
        ByteBuf frame = frames.next();
        if (frame == null) {
            return false;
        }
        int length = frame.readableBytes() - Wire.HEADER;
        CompressionHandler compressing = compression;
        if (compressing != null) {
            // Packets within packets: only the outer ones have numbers that count.
            compressing.commandBegins();
        } else if (frame.getUnsignedByte(frame.readerIndex() + 3) != 0) {
            frame.release();
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.packetsOutOfOrder(), 1);
            return false;
        }
        if (length == 0) {
            frame.release();
            session.end(SessionEnd.CLIENT_MALFORMED, MySqlErrors.malformed(), 1);
            return false;
        }
        idle.heard();
        session.commands().handle(frame, length);
        return true;
    }

    private boolean changeUser(ChangingUser changing) {
        ByteBuf frame = frames.next();
        if (frame == null) {
            return false;
        }
        try {
            int sequence = frame.getUnsignedByte(frame.readerIndex() + 3);
            changing.login().packet(frame.skipBytes(Wire.HEADER), sequence);
        } finally {
            frame.release();
        }
        return true;
    }

    /** Passes on what belongs to the command under way, as fast as the server takes it. */
    private boolean upload(Uploading uploading) {
        BackendConnection server = uploading.backend().connection();
        Upload upload = uploading.upload();
        Attempt attempt = uploading.attempt();
        upload.pass(frames, server, upload.isAnswered() || (attempt == null && !server.isOpen()));
        if (!upload.over()) {
            return false;
        }
        if (attempt == null || upload.isAnswered()) {
            session.idle();
            return true;
        }
        session.state(new Running(attempt));
        return false;
    }
}
