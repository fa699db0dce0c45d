package io.dbmanager.proxy.compression;

import io.dbmanager.proxy.protocol.CompressedFrames;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Between a client's socket and its session after a login that agreed on compression: expands what
 * comes, compresses what goes. What is written is gathered until it is flushed, or until it is
 * enough for a packet of its own.
 *
 * <p>Packets are expanded one at a time and only while the session reads, so that a small one that
 * says it is a large one costs no more than one large one.
 */
public final class CompressionHandler extends ChannelDuplexHandler {
    /** As much as is compressed at a time. */
    private static final int BLOCK = 1 << 16;

    /** Shorter than this, compressing costs more than it saves; servers hold it so too. */
    private static final int SHORTEST = 50;

    private final Compression agreed;
    private final CompressedFrames frames;
    private @Nullable Codec codec;
    private @Nullable ChannelHandlerContext here;
    private @Nullable ByteBuf gathered;
    private int lastRead;
    private int nextWritten;
    private boolean expanding;
    private boolean failed;

    /**
     * @param frames with what has come already
     */
    public CompressionHandler(Compression agreed, CompressedFrames frames) {
        this.agreed = agreed;
        this.frames = frames;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        here = context;
        codec =
                switch (agreed) {
                    case Compression.Zlib() -> ZlibCodec.ofLoop();
                    case Compression.Zstd(int level) -> ZstdCodec.ofLoop(level);
                };
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        frames.release();
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    /**
     * The session begins with the client's next command. Numbers go up from its packet's; another
     * answer does not share a packet with the one before.
     */
    public void commandBegins() {
        ChannelHandlerContext context = here;
        if (context != null) {
            pack(context, context.voidPromise());
        }
        nextWritten = lastRead + 1;
    }

    // What comes

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (failed) {
            ((ByteBuf) message).release();
            return;
        }
        frames.append((ByteBuf) message);
        expand(context);
    }

    /** Asked for more: what has come already is served first. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (frames.hasFrame() && !expanding) {
            expand(context);
            context.fireChannelReadComplete();
        }
        if (!frames.hasFrame() || context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    private void expand(ChannelHandlerContext context) {
        if (expanding) {
            return;
        }
        expanding = true;
        try {
            while (!failed && frames.hasFrame() && context.channel().config().isAutoRead()) {
                context.fireChannelRead(next(context));
            }
        } catch (MalformedPacketException e) {
            failed = true;
            nextWritten = lastRead + 1;
            context.fireExceptionCaught(e);
        } finally {
            expanding = false;
        }
    }

    private ByteBuf next(ChannelHandlerContext context) {
        CompressedFrames.Frame frame = frames.next();
        lastRead = frame.sequence();
        if (lastRead != 0) {
            // More of a command under way: the answer goes on from there.
            nextWritten = lastRead + 1;
        }
        if (frame.expanded() == 0) {
            return frame.payload();
        }
        ByteBuf out = context.alloc().directBuffer(frame.expanded());
        try {
            codec().expand(frame.payload(), out, frame.expanded());
            return out;
        } catch (MalformedPacketException e) {
            out.release();
            throw e;
        } finally {
            frame.payload().release();
        }
    }

    private Codec codec() {
        Codec present = codec;
        if (present == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return present;
    }

    // What goes

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (bytes.isReadable()) {
                ByteBuf block = gathered;
                if (block == null) {
                    block = context.alloc().directBuffer(Math.min(bytes.readableBytes(), BLOCK));
                    gathered = block;
                }
                int fits = Math.min(bytes.readableBytes(), BLOCK - block.readableBytes());
                block.writeBytes(bytes, fits);
                if (block.readableBytes() == BLOCK && bytes.isReadable()) {
                    pack(context, context.voidPromise());
                }
            }
        } finally {
            bytes.release();
        }
        if (!promise.isVoid()) {
            pack(context, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        pack(context, context.voidPromise());
        context.flush();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The promise is told.
    private void pack(ChannelHandlerContext context, ChannelPromise promise) {
        ByteBuf block = gathered;
        if (block == null) {
            if (!promise.isVoid()) {
                promise.setSuccess();
            }
            return;
        }
        gathered = null;
        try {
            context.write(packed(context, block), promise);
        } finally {
            block.release();
        }
    }

    private ByteBuf packed(ChannelHandlerContext context, ByteBuf block) {
        int length = block.readableBytes();
        ByteBuf out = context.alloc().directBuffer(CompressedFrames.HEADER + length);
        int start = CompressedFrames.begin(out, nextWritten++);
        if (length >= SHORTEST && codec().compress(block, out)) {
            CompressedFrames.end(out, start, length);
        } else {
            out.writeBytes(block);
            CompressedFrames.end(out, start, 0);
        }
        return out;
    }
}
