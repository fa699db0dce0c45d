package io.dbmanager.tests.chaos;

import io.dbmanager.tests.servers.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Moves money between accounts, in transactions; none of it may come to be or get lost. */
final class Banker extends Client {
    static final int ACCOUNTS = 8;
    static final int TOTAL = ACCOUNTS * 1000;

    /** For anybody to look at: always {@link #TOTAL}. */
    static final String SUM = "SELECT SUM(balance) FROM chaos.account";

    private final Random random;
    private final BitSet acknowledged = new BitSet();
    private int last;

    Banker(String name, Sessions sessions, Journal journal, long seed) {
        super(name, sessions, journal);
        random = new Random(seed);
    }

    static List<String> tables() {
        List<String> all = new ArrayList<>();
        all.add("CREATE TABLE chaos.account (id INT PRIMARY KEY, balance INT NOT NULL)");
        all.add(
                "CREATE TABLE chaos.transfer (who VARCHAR(20), number INT, amount INT NOT NULL,"
                        + " PRIMARY KEY (who, number))");
        for (int i = 1; i <= ACCOUNTS; i++) {
            all.add("INSERT INTO chaos.account VALUES (" + i + ", " + TOTAL / ACCOUNTS + ")");
        }
        return all;
    }

    @Override
    void act(Connection session) throws SQLException {
        begin(Action.WRITE);
        session.setAutoCommit(false);
        // In the order of the accounts: bankers must not lock each other out.
        int from = 1 + random.nextInt(ACCOUNTS - 1);
        int to = from + 1 + random.nextInt(ACCOUNTS - from);
        int amount = random.nextInt(201) - 100;
        last++;
        change(session, from, -amount);
        change(session, to, amount);
        try (PreparedStatement line =
                session.prepareStatement("INSERT INTO chaos.transfer VALUES (?, ?, ?)")) {
            line.setString(1, name());
            line.setInt(2, last);
            line.setInt(3, amount);
            line.executeUpdate();
        }
        if (random.nextInt(8) == 0) {
            session.rollback();
            return;
        }
        int sum = sum(session);
        if (sum != TOTAL) {
            journal().wrong(name() + " sees " + sum + " in a transaction");
        }
        session.commit();
        acknowledged.set(last);
    }

    private static void change(Connection session, int account, int amount) throws SQLException {
        try (PreparedStatement update =
                session.prepareStatement(
                        "UPDATE chaos.account SET balance = balance + ? WHERE id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    static int sum(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(SUM)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** What a server lacks after all is over. */
    List<String> missing(String server, Connection connection) throws SQLException {
        List<String> all = new ArrayList<>();
        BitSet lost = (BitSet) acknowledged.clone();
        for (List<?> row :
                Login.rows(
                        connection,
                        "SELECT number FROM chaos.transfer WHERE who = '" + name() + "'")) {
            lost.clear(Integer.parseInt(String.valueOf(row.getFirst())));
        }
        if (!lost.isEmpty()) {
            all.add(server + " lacks transfers that were committed by " + name() + ": " + lost);
        }
        int sum = sum(connection);
        if (sum != TOTAL) {
            all.add(server + " has accounts of " + sum);
        }
        return all;
    }
}
