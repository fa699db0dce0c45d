package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement that the client has prepared, under the proxy's own id. It is prepared on the primary
 * first, so that errors and columns are the server's own, and on another backend when it first runs
 * there.
 */
final class PreparedStatement {
    private final int id;
    private final byte[] sql;
    private final Statement statement;
    private final int parameters;
    private byte @Nullable [] types;
    private long typesVersion;
    private boolean longData;

    PreparedStatement(int id, byte[] sql, Statement statement, int parameters) {
        this.id = id;
        this.sql = sql;
        this.statement = statement;
        this.parameters = parameters;
    }

    int id() {
        return id;
    }

    byte[] sql() {
        return sql;
    }

    Statement statement() {
        return statement;
    }

    int parameters() {
        return parameters;
    }

    /** The types of the parameters as the client last sent them. */
    byte @Nullable [] types() {
        return types;
    }

    /** Rises with each new set of types; 0 for none yet. */
    long typesVersion() {
        return typesVersion;
    }

    void types(byte[] sent) {
        if (!java.util.Arrays.equals(types, sent)) {
            types = sent;
            typesVersion++;
        }
    }

    /** Whether parameters have been sent ahead, which only the primary has. */
    boolean hasLongData() {
        return longData;
    }

    void longData(boolean sent) {
        longData = sent;
    }
}
