package io.dbmanager.sync;

import io.dbmanager.common.Finding;

/**
 * Something about a server that an operator should know before replicas are made, or while they are
 * kept.
 *
 * @param weight how much it matters
 * @param remedy the exact line or statement that puts it right, or what will be done by itself
 */
public record Diagnosis(String server, Finding finding, Weight weight, String remedy) {
    /** Worst first. */
    public enum Weight {
        /** Replicas cannot be made or kept until it is put right. */
        BLOCKS,
        /** The program can put it right, and does when it syncs or is asked to fix. */
        FIXABLE,
        /** It works, with a risk or at a price. */
        NOTE
    }
}
