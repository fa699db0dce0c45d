package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The packets of the compressed protocol, in which other packets lie one after the other, whole or
 * in parts:
 *
 * <pre>
 * 3    length of what follows the header
 * 1    sequence number, of its own
 * 3    length of that expanded; 0 if it is not compressed
 * n    what is compressed
 * </pre>
 */
public final class CompressedFrames {
    public static final int HEADER = 7;

    private final FrameBuffer arrived;

    /**
     * @param sequence goes up with each packet of a command and its answer, both ways
     * @param expanded 0 if it is not compressed
     * @param payload owned by whoever took the packet
     */
    public record Frame(int sequence, int expanded, ByteBuf payload) {}

    public CompressedFrames(ByteBufAllocator allocator) {
        this.arrived = new FrameBuffer(allocator, HEADER);
    }

    /** Takes ownership. */
    public void append(ByteBuf bytes) {
        arrived.append(bytes);
    }

    /** Whether a packet is here whole. */
    public boolean hasFrame() {
        return arrived.hasFrame();
    }

    /** The next packet, where {@link #hasFrame}. */
    public Frame next() {
        ByteBuf frame = arrived.next();
        if (frame == null) {
            throw new IllegalStateException("there is no whole packet");
        }
        frame.skipBytes(3);
        return new Frame(frame.readUnsignedByte(), frame.readUnsignedMediumLE(), frame);
    }

    public void release() {
        arrived.release();
    }

    /** Leaves room for a header. Give what is returned to {@link #end}. */
    public static int begin(ByteBuf out, int sequence) {
        int start = out.writerIndex();
        out.writeMediumLE(0).writeByte(sequence).writeMediumLE(0);
        return start;
    }

    /**
     * Fills in the lengths of the packet begun at {@code start}.
     *
     * @param expanded 0 if it is not compressed
     */
    public static void end(ByteBuf out, int start, int expanded) {
        out.setMediumLE(start, out.writerIndex() - start - HEADER);
        out.setMediumLE(start + 4, expanded);
    }
}
