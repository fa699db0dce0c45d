package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import java.util.Optional;
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
    private final String schema;
    private final SqlContext context;
    private byte @Nullable [] types;
    private long typesVersion;
    private boolean longData;

    /**
     * @param schema the current one when it was prepared: bare names of tables mean its tables
     * @param context by which its text was read
     */
    PreparedStatement(
            int id,
            byte[] sql,
            Statement statement,
            int parameters,
            String schema,
            SqlContext context) {
        this.schema = schema;
        this.context = context;
        this.id = id;
        this.sql = sql;
        this.statement = statement;
        this.parameters = parameters;
    }

    /** Whether its text, prepared in this state of the session, is the same statement again. */
    boolean meansTheSame(String schemaNow, SqlContext contextNow) {
        return schema.equals(schemaNow) && context.equals(contextNow);
    }

    /** In which it was prepared, if there was one. */
    Optional<String> schema() {
        return schema.isEmpty() ? Optional.empty() : Optional.of(schema);
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
