package io.dbmanager.proxy.sql;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Words found by their bytes in any case, without making a String: an open-addressed table at most
 * half full.
 */
final class WordTable<V> {
    private final byte[][] words;
    private final Object[] values;
    private final int mask;

    /**
     * @param entries keyed by words of ASCII letters, digits and underscores
     */
    WordTable(Map<String, V> entries) {
        int size = Integer.highestOneBit(Math.max(4, entries.size() * 2)) << 1;
        words = new byte[size][];
        values = new Object[size];
        mask = size - 1;
        entries.forEach(this::put);
    }

    private void put(String word, V value) {
        byte[] lower = Bytes.lower(word.getBytes(StandardCharsets.US_ASCII));
        int slot = Bytes.hash(lower, 0, lower.length) & mask;
        while (words[slot] != null) {
            slot = (slot + 1) & mask;
        }
        words[slot] = lower;
        values[slot] = value;
    }

    /**
     * @param hash {@link Bytes#hash} of the word, which the lexer has at hand
     */
    @SuppressWarnings("unchecked") // put() stores nothing but V
    @Nullable V find(byte[] text, int start, int stop, int hash) {
        int slot = hash & mask;
        byte[] word = words[slot];
        while (word != null) {
            if (Bytes.sameWord(word, text, start, stop)) {
                return (V) values[slot];
            }
            slot = (slot + 1) & mask;
            word = words[slot];
        }
        return null;
    }
}
