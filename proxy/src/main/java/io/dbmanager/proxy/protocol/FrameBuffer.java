package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as they arrived, handed out as packets with their headers. Pulled, not pushed: whoever
 * reads decides when the next packet is due, so a client that sends ahead waits here.
 */
public final class FrameBuffer {
    private static final int LEAST = 256;

    private final ByteBufAllocator allocator;
    private final int header;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    public FrameBuffer(ByteBufAllocator allocator) {
        this(allocator, Wire.HEADER);
    }

    /**
     * @param header how much stands before a payload, its length first
     */
    FrameBuffer(ByteBufAllocator allocator, int header) {
        this.allocator = allocator;
        this.header = header;
    }

    /** Takes ownership of {@code arrived}. */
    public void append(ByteBuf arrived) {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = arrived;
            return;
        }
        int needed = bytes.readableBytes() + arrived.readableBytes();
        // Slices handed out before share the memory: growing in place is allowed to a sole owner.
        if (bytes.refCnt() > 1
                || bytes.isReadOnly()
                || bytes.maxWritableBytes() < arrived.readableBytes()
                || bytes.writableBytes() < arrived.readableBytes()) {
            ByteBuf larger = allocator.buffer(Math.max(needed, expected(needed)));
            larger.writeBytes(bytes);
            bytes.release();
            bytes = larger;
        }
        bytes.writeBytes(arrived);
        arrived.release();
    }

    /**
     * Twice as much, but no more than the packet that has begun needs. Not all of that at once: who
     * only says that much will come does not get the memory for it.
     */
    private int expected(int needed) {
        int twice = Math.max(needed * 2, LEAST);
        int frame = bytes.readableBytes() < header ? 0 : header + payloadLength();
        return frame > needed ? Math.min(frame, twice) : twice;
    }

    /** Whether the length and number of the next packet are here. */
    public boolean hasHeader() {
        return bytes.readableBytes() >= header;
    }

    /** The next packet's payload length. Only where {@link #hasHeader}. */
    public int payloadLength() {
        return bytes.getUnsignedMediumLE(bytes.readerIndex());
    }

    /** Whether the next packet is here whole. */
    public boolean hasFrame() {
        return hasHeader() && bytes.readableBytes() >= header + payloadLength();
    }

    /**
     * The next packet with its header, or null while it is not here whole. The caller owns it and
     * may write to it.
     */
    public @Nullable ByteBuf next() {
        if (!hasFrame()) {
            return null;
        }
        return take(header + payloadLength());
    }

    /** Up to {@code max} bytes, whatever they are. The caller owns them. */
    public ByteBuf take(int max) {
        int length = Math.min(max, bytes.readableBytes());
        if (length == bytes.readableBytes()) {
            ByteBuf all = bytes;
            bytes = Unpooled.EMPTY_BUFFER;
            return all;
        }
        return bytes.readRetainedSlice(length);
    }

    public int readableBytes() {
        return bytes.readableBytes();
    }

    public void release() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }
}
