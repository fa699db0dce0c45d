package io.dbmanager.tests.chaos;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Writes numbered lines, counts them in a row of its own, and reads after each what it has written.
 * A line that was acknowledged must be there in the end; one whose fate it was not told may be; and
 * none may have been written twice, which the count would show.
 */
final class Diarist extends Client {
    private static final int READS = 3;

    private final BitSet acknowledged = new BitSet();
    private int last;
    private int counted;
    private int countsOfUnknownFate;

    /** The last line that this session has written; 0 for none. */
    private int own;

    private int ownCount;

    Diarist(String name, Sessions sessions, Journal journal) {
        super(name, sessions, journal);
    }

    static List<String> tables() {
        return List.of(
                "CREATE TABLE chaos.diary (who VARCHAR(20), line INT, words VARCHAR(100),"
                        + " PRIMARY KEY (who, line))",
                "CREATE TABLE chaos.tally (who VARCHAR(20) PRIMARY KEY, n INT NOT NULL)");
    }

    /** The row that it counts in. */
    String row() {
        return "INSERT INTO chaos.tally VALUES ('" + name() + "', 0)";
    }

    @Override
    void opened() {
        own = 0;
        ownCount = 0;
    }

    @Override
    void act(Connection session) throws SQLException {
        write(session);
        for (int i = 0; i < READS; i++) {
            begin(Action.OWN_READ);
            int seen = number(session, "SELECT MAX(line) FROM chaos.diary WHERE who = ?");
            if (seen < own) {
                journal().wrong(name() + " wrote line " + own + " and read " + seen);
            }
        }
        count(session);
        begin(Action.OWN_READ);
        int seen = number(session, "SELECT n FROM chaos.tally WHERE who = ?");
        if (seen < ownCount) {
            journal().wrong(name() + " counted to " + ownCount + " and read " + seen);
        }
    }

    private void write(Connection session) throws SQLException {
        last++;
        begin(Action.WRITE);
        try (PreparedStatement insert =
                session.prepareStatement("INSERT INTO chaos.diary VALUES (?, ?, ?)")) {
            insert.setString(1, name());
            insert.setInt(2, last);
            insert.setString(3, "line " + last);
            insert.executeUpdate();
        }
        acknowledged.set(last);
        own = last;
    }

    private void count(Connection session) throws SQLException {
        begin(Action.WRITE);
        try (PreparedStatement update =
                session.prepareStatement("UPDATE chaos.tally SET n = n + 1 WHERE who = ?")) {
            update.setString(1, name());
            countsOfUnknownFate++;
            update.executeUpdate();
            countsOfUnknownFate--;
            counted++;
        }
        ownCount = counted;
    }

    private int number(Connection session, String query) throws SQLException {
        try (PreparedStatement select = session.prepareStatement(query)) {
            select.setString(1, name());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    int acknowledgedLines() {
        return acknowledged.cardinality();
    }

    /** What a server lacks, or has too much of, after all is over. */
    List<String> missing(String server, Connection connection) throws SQLException {
        List<String> all = new ArrayList<>();
        BitSet there = new BitSet();
        for (List<?> row :
                Login.rows(
                        connection, "SELECT line FROM chaos.diary WHERE who = '" + name() + "'")) {
            there.set(Integer.parseInt(String.valueOf(row.getFirst())));
        }
        BitSet lost = (BitSet) acknowledged.clone();
        lost.andNot(there);
        if (!lost.isEmpty()) {
            all.add(server + " lacks acknowledged lines of " + name() + ": " + lost);
        }
        if (there.length() > last + 1) {
            all.add(server + " has lines that " + name() + " never wrote: " + there);
        }
        int n = number(connection, "SELECT n FROM chaos.tally WHERE who = ?");
        if (n < counted || n > counted + countsOfUnknownFate) {
            all.add(
                    "%s has %d for %s, who counted %d and does not know of %d"
                            .formatted(server, n, name(), counted, countsOfUnknownFate));
        }
        return all;
    }
}
