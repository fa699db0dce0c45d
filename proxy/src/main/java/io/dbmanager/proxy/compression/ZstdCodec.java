package io.dbmanager.proxy.compression;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/** Coders shared by the sessions of an event loop, used at the level of each. */
final class ZstdCodec implements Codec {
    private static final FastThreadLocal<Coders> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected Coders initialValue() {
                    return new Coders(new ZstdCompressCtx(), new ZstdDecompressCtx());
                }

                @Override
                protected void onRemoval(Coders coders) {
                    coders.compressor().close();
                    coders.expander().close();
                }
            };

    private record Coders(ZstdCompressCtx compressor, ZstdDecompressCtx expander) {}

    private final Coders coders;
    private final int level;

    private ZstdCodec(Coders coders, int level) {
        this.coders = coders;
        this.level = level;
    }

    static Codec ofLoop(int level) {
        return new ZstdCodec(OF_LOOP.get(), level);
    }

    @Override
    public boolean compress(ByteBuf in, ByteBuf out) {
        int length = in.readableBytes();
        ByteBuf from = direct(in);
        ByteBuf to = in.alloc().directBuffer(length);
        try {
            coders.compressor().setLevel(level);
            ByteBuffer room = to.nioBuffer(0, length);
            int written = coders.compressor().compress(room, from.nioBuffer());
            out.writeBytes(to.writerIndex(written));
            return true;
        } catch (ZstdException _) {
            // There is no room for what does not become shorter.
            return false;
        } finally {
            from.release();
            to.release();
        }
    }

    @Override
    public void expand(ByteBuf in, ByteBuf out, int length) {
        ByteBuf from = direct(in);
        ByteBuf to = in.alloc().directBuffer(Math.max(1, length));
        try {
            int written = coders.expander().decompress(to.nioBuffer(0, length), from.nioBuffer());
            if (written != length) {
                throw new MalformedPacketException("it is not as long as it says, expanded");
            }
            out.writeBytes(to.writerIndex(written));
        } catch (ZstdException _) {
            throw new MalformedPacketException("it is not what zstd makes");
        } finally {
            from.release();
            to.release();
        }
    }

    /** The same bytes where native code can have them, in one piece; owned by the caller. */
    private static ByteBuf direct(ByteBuf in) {
        if (in.isDirect() && in.nioBufferCount() == 1) {
            return in.retainedSlice();
        }
        ByteBuf copy = in.alloc().directBuffer(in.readableBytes());
        return copy.writeBytes(in, in.readerIndex(), in.readableBytes());
    }
}
