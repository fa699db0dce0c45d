package io.dbmanager.proxy.compression;

import static io.dbmanager.proxy.protocol.Capabilities.COMPRESS;
import static io.dbmanager.proxy.protocol.Capabilities.ZSTD;
import static io.dbmanager.proxy.protocol.Capabilities.has;

import com.github.luben.zstd.util.Native;
import java.util.Optional;

/** What a client and the proxy have agreed on. */
public sealed interface Compression {
    int MOST_ZSTD_LEVEL = 22;

    record Zlib() implements Compression {}

    /**
     * @param level chosen by the client, 1 to 22
     */
    record Zstd(int level) implements Compression {}

    /**
     * Of a client with these capabilities; zlib comes first where it has both, as on servers.
     *
     * @param zstdLevel as the client said it
     */
    static Optional<Compression> agreed(long capabilities, int zstdLevel) {
        if (has(capabilities, COMPRESS)) {
            return Optional.of(new Zlib());
        }
        return has(capabilities, ZSTD)
                ? Optional.of(new Zstd(Math.clamp(zstdLevel, 1, MOST_ZSTD_LEVEL)))
                : Optional.empty();
    }

    /** The capabilities without those that this machine has no code for. */
    static long possible(long capabilities) {
        return NativeZstd.LOADED ? capabilities : capabilities & ~ZSTD;
    }

    /** Looked for once, since there is none for some machines. */
    final class NativeZstd {
        static final boolean LOADED = load();

        private NativeZstd() {}

        private static boolean load() {
            try {
                Native.load();
                return true;
            } catch (UnsatisfiedLinkError | ExceptionInInitializerError _) {
                return false;
            }
        }
    }
}
