package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.protocol.FrameBuffer;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;

/** Packets of the client's that belong to a command under way, passed on in pieces as they come. */
final class Upload {
    private static final int PIECE = 1 << 16;

    /** Which packet is the last one. */
    enum Ends {
        /** The parts of a command of 16 MiB or more: one that is not full. */
        NOT_FULL,
        /** A file: an empty one. */
        EMPTY
    }

    private final Ends ends;

    /** How much of the current packet is still to come. */
    private int left;

    private boolean last;
    private boolean answered;

    Upload(Ends ends) {
        this.ends = ends;
    }

    /**
     * Passes on what the client has sent, as far as the server takes it.
     *
     * @param unwanted nobody takes it, but the client sends it: without it, its next command is not
     *     found
     */
    void pass(FrameBuffer frames, BackendConnection server, boolean unwanted) {
        while ((unwanted || server.isWritable()) && !over()) {
            if (left == 0) {
                if (!frames.hasHeader()) {
                    break;
                }
                begin(frames.payloadLength());
            }
            if (frames.readableBytes() == 0) {
                break;
            }
            ByteBuf piece = frames.take(Math.min(PIECE, left));
            left -= piece.readableBytes();
            if (unwanted) {
                piece.release();
            } else {
                server.send(piece);
            }
        }
        server.flush();
    }

    private void begin(int payload) {
        left = Wire.HEADER + payload;
        last =
                switch (ends) {
                    case NOT_FULL -> payload < Wire.MAX_PAYLOAD;
                    case EMPTY -> payload == 0;
                };
    }

    /** The server has answered already, so that what is still to come is nobody's. */
    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    boolean over() {
        return last && left == 0;
    }
}
