package io.dbmanager.proxy;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of addresses that begin with the same bits: {@code 10.0.0.0/8}, {@code fd00::/8}.
 *
 * @param address the first of them
 * @param prefix how many leading bits all have in common
 */
public record Network(InetAddress address, int prefix) {

    /**
     * Reads an address, or an address with the length of its prefix.
     *
     * @throws IllegalArgumentException with the rest of a sentence that begins with the key
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        String length = slash < 0 ? "" : text.substring(slash + 1);
        IllegalArgumentException wrong =
                new IllegalArgumentException(
                        "'%s' is not a network such as 10.0.0.0/8 or fd00::/8".formatted(text));
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            wrong.initCause(e);
            throw wrong;
        }
        int bits = 8 * address.getAddress().length;
        if (slash < 0) {
            return new Network(address, bits);
        }
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
            throw wrong;
        }
        return new Network(address, Integer.parseInt(length));
    }

    public boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        int whole = prefix / 8;
        if (ours.length != theirs.length || !Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefix % 8;
        return rest == 0 || ((ours[whole] ^ theirs[whole]) & 0xFF) >>> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
