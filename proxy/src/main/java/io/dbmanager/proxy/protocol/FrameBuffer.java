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
    private final ByteBufAllocator allocator;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    public FrameBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
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

    /** Room for the packet that has begun, where its header is known, else twice as much. */
    private int expected(int needed) {
        if (bytes.readableBytes() < Wire.HEADER) {
            return needed * 2;
        }
        int frame = Wire.HEADER + payloadLength();
        return frame > needed ? frame : needed * 2;
    }

    /** Whether the length and number of the next packet are here. */
    public boolean hasHeader() {
        return bytes.readableBytes() >= Wire.HEADER;
    }

    /** The next packet's payload length. Only where {@link #hasHeader}. */
    public int payloadLength() {
        return bytes.getUnsignedMediumLE(bytes.readerIndex());
    }

    /** Whether the next packet is here whole. */
    public boolean hasFrame() {
        return hasHeader() && bytes.readableBytes() >= Wire.HEADER + payloadLength();
    }

    /**
     * The next packet with its header, or null while it is not here whole. The caller owns it and
     * may write to it.
     */
    public @Nullable ByteBuf next() {
        if (!hasFrame()) {
            return null;
        }
        return take(Wire.HEADER + payloadLength());
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
