package io.dbmanager.tests.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Only reads, and must never notice that anything has happened to a server. */
final class Reader extends Client {
    Reader(String name, Sessions sessions, Journal journal) {
        super(name, sessions, journal);
    }

    static List<String> tables() {
        return List.of(
                "CREATE TABLE chaos.word (id INT PRIMARY KEY, word VARCHAR(20))",
                "INSERT INTO chaos.word VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    }

    @Override
    void act(Connection session) throws SQLException {
        begin(Action.READ);
        try (PreparedStatement select =
                session.prepareStatement("SELECT word FROM chaos.word WHERE id >= ? ORDER BY id")) {
            select.setInt(1, 2);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()
                        || !"two".equals(rows.getString(1))
                        || !rows.next()
                        || !"three".equals(rows.getString(1))
                        || rows.next()) {
                    journal().wrong(name() + " was given other rows");
                }
            }
        }
        begin(Action.READ);
        int sum = Banker.sum(session);
        if (sum != Banker.TOTAL) {
            journal().wrong(name() + " sees " + sum);
        }
    }
}
