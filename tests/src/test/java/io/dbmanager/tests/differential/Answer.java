package io.dbmanager.tests.differential;

import java.util.List;

/** All of what a server has answered that a client can see. */
sealed interface Answer {
    /** An OK packet. */
    record Done(
            long affectedRows,
            long insertId,
            int status,
            int warnings,
            String info,
            List<String> changes)
            implements Answer {}

    /**
     * A result set.
     *
     * @param columns whole definitions, as they are printed
     * @param failure empty, or what ended the rows early
     */
    record Rows(List<String> columns, List<String> rows, int status, int warnings, String failure)
            implements Answer {}

    /** An ERR packet. */
    record Failed(int code, String sqlState, String message) implements Answer {}

    /** A statement was prepared; its id is the server's own affair. */
    record Prepared(List<String> parameters, List<String> columns, int warnings)
            implements Answer {}

    /** Some other packet, byte by byte. */
    record Other(String bytes) implements Answer {}

    /** The connection has ended. */
    record Closed() implements Answer {}

    /** Nothing came within the time that a client would wait. */
    record Silence() implements Answer {}
}
