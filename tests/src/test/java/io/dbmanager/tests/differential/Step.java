package io.dbmanager.tests.differential;

import java.util.List;

/**
 * One thing that happens in a sequence. Any step may be left out and the rest still makes sense.
 */
sealed interface Step {
    /** A statement as text, said by a client. */
    record Query(int client, String sql) implements Step {}

    /**
     * @param name by which later steps of the client know the statement
     */
    record Prepare(int client, String name, String sql) implements Step {}

    /**
     * @param types whether the parameters' types are sent along; once they have been they may be
     *     left out
     * @param cursor whether the rows are to be fetched
     */
    record Execute(
            int client, String name, List<Parameter> parameters, boolean types, boolean cursor)
            implements Step {}

    record LongData(int client, String name, String data) implements Step {}

    record Fetch(int client, String name, int rows) implements Step {}

    record ResetStatement(int client, String name) implements Step {}

    record CloseStatement(int client, String name) implements Step {}

    /** A command that is no statement. */
    record Command(int client, int command, String text) implements Step {}

    /** Somebody else, whom nobody compares, takes a connection for a statement. */
    record Crowd(int member, String sql) implements Step {}

    /** A replica applies nothing any more, though it still answers. */
    record HoldReplica(int replica) implements Step {}

    record ReleaseReplica(int replica) implements Step {}

    /** A value of a prepared statement. */
    sealed interface Parameter {
        record Whole(long value) implements Parameter {}

        record Text(String value) implements Parameter {}

        record Null() implements Parameter {}

        /** Sent beforehand, as long data. */
        record Before() implements Parameter {}
    }
}
