package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.Statement;
import java.util.List;
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
    private final List<String> parsing;
    private byte @Nullable [] types;
    private long typesVersion;
    private @Nullable SessionBackend longDataAt;

    /**
     * @param schema the current one when it was prepared: bare names of tables mean its tables
     * @param parsing how its text was understood, as {@link SessionFacts#parsing} has it
     */
    PreparedStatement(
            int id,
            byte[] sql,
            Statement statement,
            int parameters,
            String schema,
            List<String> parsing) {
        this.schema = schema;
        this.parsing = parsing;
        this.id = id;
        this.sql = sql;
        this.statement = statement;
        this.parameters = parameters;
    }

    /** Whether its text, prepared in this state of the session, is the same statement again. */
    boolean meansTheSame(String schemaNow, List<String> parsingNow) {
        return isAtHomeIn(schemaNow) && parsing.equals(parsingNow);
    }

    /** Whether its names mean the same there. Prepared in no schema, it names them all. */
    boolean isAtHomeIn(String schemaNow) {
        return schema.isEmpty() || schema.equals(schemaNow);
    }

    /**
     * Whether it can be prepared again by a session whose current schema is this one: another can
     * be made current for a moment, but none cannot.
     */
    boolean canBePreparedFrom(String schemaNow) {
        return isAtHomeIn(schemaNow) || !schemaNow.isEmpty();
    }

    List<String> parsing() {
        return parsing;
    }

    /** In which it was prepared; empty for none. */
    String schema() {
        return schema;
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

    /** Whether parameters have been sent ahead, which only one backend of the primary's has. */
    boolean hasLongData() {
        return longDataAt != null;
    }

    /** Whether parameters have been sent ahead, but to another backend than this one. */
    boolean hasLostLongData(SessionBackend backend) {
        return longDataAt != null && longDataAt != backend;
    }

    void longDataAt(@Nullable SessionBackend backend) {
        longDataAt = backend;
    }
}
