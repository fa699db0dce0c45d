package io.dbmanager.proxy.compression;

import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** One pair of coders for all sessions of an event loop: each takes a quarter of a megabyte. */
final class ZlibCodec implements Codec {
    private static final FastThreadLocal<ZlibCodec> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected ZlibCodec initialValue() {
                    return new ZlibCodec();
                }

                @Override
                protected void onRemoval(ZlibCodec codec) {
                    codec.end();
                }
            };

    private final Deflater deflater = new Deflater();
    private final Inflater inflater = new Inflater();

    private ZlibCodec() {}

    static Codec ofLoop() {
        return OF_LOOP.get();
    }

    private void end() {
        deflater.end();
        inflater.end();
    }

    @Override
    public boolean compress(ByteBuf in, ByteBuf out) {
        int length = in.readableBytes();
        // No room for more than it was: what grows is not wanted.
        out.ensureWritable(length);
        ByteBuffer room = out.nioBuffer(out.writerIndex(), length);
        deflater.reset();
        deflater.setInput(in.nioBuffer());
        deflater.finish();
        int written = deflater.deflate(room);
        if (!deflater.finished()) {
            return false;
        }
        out.writerIndex(out.writerIndex() + written);
        return true;
    }

    @Override
    public void expand(ByteBuf in, ByteBuf out, int length) {
        out.ensureWritable(length);
        ByteBuffer room = out.nioBuffer(out.writerIndex(), length);
        inflater.reset();
        inflater.setInput(in.nioBuffer());
        try {
            while (room.hasRemaining() && inflater.inflate(room) > 0) {
                // Once is enough as a rule.
            }
            // The end may be a block without bytes of its own.
            boolean ended = inflater.finished() || inflater.inflate(new byte[1]) == 0;
            if (room.hasRemaining() || !ended || !inflater.finished()) {
                throw new MalformedPacketException("it is not as long as it says, expanded");
            }
        } catch (DataFormatException _) {
            throw new MalformedPacketException("it is not what zlib makes");
        }
        out.writerIndex(out.writerIndex() + length);
    }
}
