package io.dbmanager.proxy.sql;

import io.netty.buffer.ByteBuf;

/**
 * Tells what a statement is from its bytes. Errs towards the primary: what is not proved a read is
 * none.
 *
 * <p>Keeps buffers for itself between calls: one instance for each event loop.
 */
public final class StatementClassifier {
    private static final Statement UNKNOWN =
            Statement.of(
                    StatementKind.WRITE,
                    Traits.MAY_CHANGE_SESSION,
                    "a statement that is not understood runs on the primary");

    /**
     * @param index where the statement begins in {@code sql}; the buffer's own indices are neither
     *     used nor changed
     */
    public Statement classify(ByteBuf sql, int index, int length, SqlContext context) {
        return UNKNOWN;
    }
}
