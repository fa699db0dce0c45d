package io.dbmanager.sync.seed;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements that a {@link RowPacker} has finished, until the one who feeds it runs them. */
final class StatementQueue {
    private final List<String> finished = new ArrayList<>();

    /** Takes a statement. */
    interface Runner {
        void run(String packed) throws SQLException;
    }

    void add(String packed, int rows) {
        finished.add(packed);
    }

    void drain(Runner runner) throws SQLException {
        for (String statement : finished) {
            runner.run(statement);
        }
        finished.clear();
    }
}
