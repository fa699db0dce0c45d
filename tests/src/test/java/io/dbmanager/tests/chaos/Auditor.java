package io.dbmanager.tests.chaos;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Adds the accounts up in read-only transactions, which must be of one moment throughout. */
final class Auditor extends Client {
    Auditor(String name, Sessions sessions, Journal journal) {
        super(name, sessions, journal);
    }

    @Override
    void act(Connection session) throws SQLException {
        begin(Action.READ_ONLY_TRANSACTION);
        try (Statement statement = session.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long transfers = transfers(session);
            int sum = Banker.sum(session);
            long again = transfers(session);
            statement.execute("COMMIT");
            if (sum != Banker.TOTAL || transfers != again) {
                journal()
                        .wrong(
                                "%s saw a sum of %d, and %d transfers, then %d"
                                        .formatted(name(), sum, transfers, again));
            }
        }
    }

    private static long transfers(Connection session) throws SQLException {
        return Long.parseLong(
                String.valueOf(
                        Login.rows(session, "SELECT COUNT(*) FROM chaos.transfer")
                                .getFirst()
                                .getFirst()));
    }
}
