package io.dbmanager.proxy.sql;

import java.nio.charset.StandardCharsets;

/** What single bytes mean to the server's lexer. */
final class Bytes {
    static final byte OTHER = 0;
    static final byte SPACE = 1;
    static final byte DIGIT = 2;

    /** A letter, underscore, dollar sign, or any byte above 0x7f. */
    static final byte LETTER = 3;

    private static final byte[] CLASSES = new byte[256];
    private static final byte[] LOWER = new byte[256];

    static {
        for (int b = 0; b < 256; b++) {
            boolean upper = b >= 'A' && b <= 'Z';
            boolean lower = b >= 'a' && b <= 'z';
            LOWER[b] = (byte) (upper ? b | 0x20 : b);
            if (upper || lower || b == '_' || b == '$' || b > 0x7f) {
                CLASSES[b] = LETTER;
            } else if (b >= '0' && b <= '9') {
                CLASSES[b] = DIGIT;
            } else if (b == ' ' || (b >= 0x09 && b <= 0x0d)) {
                CLASSES[b] = SPACE;
            }
        }
    }

    private Bytes() {}

    static byte classOf(byte b) {
        return CLASSES[b & 0xff];
    }

    static boolean isSpace(byte b) {
        return CLASSES[b & 0xff] == SPACE;
    }

    static boolean isDigit(byte b) {
        return CLASSES[b & 0xff] == DIGIT;
    }

    /** Whether a name that is not quoted may go on with this byte. */
    static boolean isNamePart(byte b) {
        return CLASSES[b & 0xff] >= DIGIT;
    }

    static boolean isHexDigit(byte b) {
        byte lower = lower(b);
        return isDigit(b) || (lower >= 'a' && lower <= 'f');
    }

    static boolean isControl(byte b) {
        return (b >= 0 && b < 0x20) || b == 0x7f;
    }

    static byte lower(byte b) {
        return LOWER[b & 0xff];
    }

    static byte[] lower(byte[] word) {
        byte[] lower = new byte[word.length];
        for (int i = 0; i < word.length; i++) {
            lower[i] = lower(word[i]);
        }
        return lower;
    }

    /** The same for a word in any case. */
    static int hash(byte[] text, int start, int stop) {
        int hash = 0;
        for (int i = start; i < stop; i++) {
            hash = hashStep(hash, text[i]);
        }
        return spread(hash);
    }

    static int hashStep(int hash, byte next) {
        return hash * 31 + lower(next);
    }

    static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    /**
     * @param lowerWord in lower case
     */
    static boolean sameWord(byte[] lowerWord, byte[] text, int start, int stop) {
        if (lowerWord.length != stop - start) {
            return false;
        }
        for (int i = 0; i < lowerWord.length; i++) {
            if (lowerWord[i] != lower(text[start + i])) {
                return false;
            }
        }
        return true;
    }

    /** One character a byte, whatever the client's character set. */
    static String text(byte[] text, int start, int stop) {
        return new String(text, start, stop - start, StandardCharsets.ISO_8859_1);
    }

    /** As {@link #text}, with ASCII letters in lower case. */
    static String lowerText(byte[] text, int start, int stop) {
        byte[] lower = new byte[stop - start];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = lower(text[start + i]);
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }
}
