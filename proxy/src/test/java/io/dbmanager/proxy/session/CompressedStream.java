package io.dbmanager.proxy.session;

import com.github.luben.zstd.Zstd;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A client's side of the compressed protocol, as strict about its numbers as servers are. */
final class CompressedStream {
    private static final int MOST = 0xFFFFFF;

    private final DataInputStream from;
    private final OutputStream to;
    private final boolean zstd;
    private int sequence;
    private int compressedCame;
    private boolean goesOn;

    CompressedStream(DataInputStream from, OutputStream to, boolean zstd) {
        this.from = from;
        this.to = to;
        this.zstd = zstd;
    }

    /** How many packets came that were compressed. */
    int compressedCame() {
        return compressedCame;
    }

    /** The answer to a command of one packet comes next, whatever has been sent since. */
    void nextAnswer() {
        sequence = 1;
    }

    /** What is written next belongs to the command under way. */
    void goesOn() {
        goesOn = true;
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            // Each write is taken for a command of its own, unless it was said to be none.
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                sequence = goesOn ? sequence : 0;
                goesOn = false;
                for (int at = 0; at < length; at += MOST) {
                    int size = Math.min(MOST, length - at);
                    send(Arrays.copyOfRange(bytes, offset + at, offset + at + size));
                }
            }
        };
    }

    private void send(byte[] plain) throws IOException {
        boolean compresses = plain.length >= 50;
        byte[] payload = compresses ? compressed(plain) : plain;
        byte[] header = new byte[7];
        put(header, 0, payload.length);
        header[3] = (byte) sequence++;
        put(header, 4, compresses ? plain.length : 0);
        to.write(header);
        to.write(payload);
        to.flush();
    }

    private static void put(byte[] header, int at, int value) {
        header[at] = (byte) value;
        header[at + 1] = (byte) (value >> 8);
        header[at + 2] = (byte) (value >> 16);
    }

    private static int get(byte[] header, int at) {
        return (header[at] & 0xFF) | (header[at + 1] & 0xFF) << 8 | (header[at + 2] & 0xFF) << 16;
    }

    private byte[] compressed(byte[] plain) {
        if (zstd) {
            return Zstd.compress(plain);
        }
        Deflater deflater = new Deflater();
        deflater.setInput(plain);
        deflater.finish();
        byte[] room = new byte[plain.length + 100];
        int length = deflater.deflate(room);
        deflater.end();
        return Arrays.copyOf(room, length);
    }

    private byte[] expanded(byte[] payload, int length) throws IOException {
        compressedCame++;
        if (zstd) {
            return Zstd.decompress(payload, length);
        }
        Inflater inflater = new Inflater();
        inflater.setInput(payload);
        byte[] plain = new byte[length];
        try {
            if (inflater.inflate(plain) != length) {
                throw new IOException("shorter than it says");
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        } finally {
            inflater.end();
        }
        return plain;
    }

    InputStream input() {
        return new InputStream() {
            private byte[] plain = new byte[0];
            private int at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (at == plain.length) {
                    try {
                        plain = next();
                    } catch (EOFException _) {
                        return -1;
                    }
                    at = 0;
                }
                int size = Math.min(length, plain.length - at);
                System.arraycopy(plain, at, into, offset, size);
                at += size;
                return size;
            }
        };
    }

    private byte[] next() throws IOException {
        byte[] header = new byte[7];
        from.readFully(header);
        if (header[3] != (byte) sequence) {
            throw new IOException("packet " + header[3] + " came instead of " + sequence);
        }
        sequence++;
        byte[] payload = new byte[get(header, 0)];
        from.readFully(payload);
        int length = get(header, 4);
        return length == 0 ? payload : expanded(payload, length);
    }
}
