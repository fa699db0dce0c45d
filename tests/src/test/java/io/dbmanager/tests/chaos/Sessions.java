package io.dbmanager.tests.chaos;

import java.sql.Connection;
import java.sql.SQLException;

/** Where a client has the connection from on which it does one thing. */
interface Sessions extends AutoCloseable {
    Connection take() throws SQLException, InterruptedException;

    /** What was to be done has been done. */
    void give(Connection session) throws SQLException;

    /** It failed: nobody is to use the connection again. */
    void lose(Connection session);

    @Override
    void close();

    /** Opens a connection. */
    interface Opening {
        Connection open() throws SQLException;
    }

    /** Ends one that may be broken already. */
    static void end(Connection session) {
        try {
            session.close();
        } catch (SQLException _) {
            // Whoever used it last has noted that it is broken.
        }
    }
}
