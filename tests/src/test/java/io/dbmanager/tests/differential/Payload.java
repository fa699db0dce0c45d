package io.dbmanager.tests.differential;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A packet without its header, read from front to back. */
final class Payload {
    private static final int NULL = 0xFB;

    private final byte[] bytes;
    private int at;

    Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    int length() {
        return bytes.length;
    }

    boolean isEmpty() {
        return at >= bytes.length;
    }

    int first() {
        return bytes.length == 0 ? -1 : bytes[0] & 0xFF;
    }

    Payload skip(int count) {
        at += count;
        return this;
    }

    long fixed(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at++] & 0xFFL) << (8 * i);
        }
        return value;
    }

    long lengthEncoded() {
        int first = (int) fixed(1);
        return switch (first) {
            case 0xFC -> fixed(2);
            case 0xFD -> fixed(3);
            case 0xFE -> fixed(8);
            default -> first;
        };
    }

    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, at, at + count);
        at += count;
        return taken;
    }

    byte[] takeLengthEncoded() {
        return take((int) lengthEncoded());
    }

    byte[] untilNul() {
        int end = at;
        while (bytes[end] != 0) {
            end++;
        }
        byte[] taken = take(end - at);
        skip(1);
        return taken;
    }

    byte[] rest() {
        return take(bytes.length - at);
    }

    /** A value of a text row. */
    String value() {
        if ((bytes[at] & 0xFF) == NULL) {
            at++;
            return "NULL";
        }
        return "'" + printed(takeLengthEncoded()) + "'";
    }

    /** What is ASCII as it is, the rest in hexadecimal digits: nothing is lost. */
    static String printed(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            if (b >= ' ' && b < 0x7F && b != '\\') {
                text.append((char) b);
            } else {
                text.append("\\x%02x".formatted(b & 0xFF));
            }
        }
        return text.toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
