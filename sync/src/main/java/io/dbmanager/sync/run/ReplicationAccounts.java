package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.sync.dialect.CloneStatements;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Sql;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Makes the accounts under which replicas fetch from the primary: one for each replica, so that a
 * new password for one, made whenever it is pointed at the primary, does not cut off the others.
 * The password is kept by the replica's server alone.
 */
final class ReplicationAccounts {
    private static final String PREFIX = "dbmanager_";

    /** MySQL takes at most 32 characters for the password of a channel. */
    private static final int PASSWORD_LENGTH = 30;

    private static final String LETTERS =
            "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private final SecureRandom random = new SecureRandom();

    /** Makes the account on the primary, or gives it a new password. */
    Credentials renew(Connection primary, ReplicationDialect dialect, String replica)
            throws SQLException {
        Credentials account = Credentials.of(PREFIX + replica, password());
        Queries.runAll(primary, dialect.replicationAccount(account));
        endCloning(primary, dialect, account.user());
        return account;
    }

    /**
     * The same for an account that may also clone the primary, until {@link #renew}, which whatever
     * comes of the clone is followed by.
     */
    Credentials renewForCloning(Connection primary, ReplicationDialect dialect, String replica)
            throws SQLException {
        Credentials account = renew(primary, dialect, replica);
        Queries.run(primary, CloneStatements.letBeDonorFor(account));
        return account;
    }

    private static void endCloning(Connection primary, ReplicationDialect dialect, String user)
            throws SQLException {
        Optional<String> question = dialect.selectDonorAccount(user);
        if (question.isPresent() && Queries.text(primary, question.get()).isPresent()) {
            Queries.run(primary, CloneStatements.noMoreDonorFor(user));
        }
    }

    /**
     * Gives the account a new password, and leaves it the old one, too, where the server can: what
     * reconnects meanwhile is let in. An account that is not there is made.
     */
    Credentials renewBesideOld(Connection primary, ReplicationDialect dialect, String replica)
            throws SQLException {
        String user = PREFIX + replica;
        Optional<String> plugin =
                Queries.text(
                        primary,
                        "SELECT plugin FROM mysql.user WHERE Host = '%' AND User = "
                                + Sql.text(user));
        if (plugin.isEmpty()) {
            return renew(primary, dialect, replica);
        }
        Credentials account = Credentials.of(user, password());
        Queries.run(
                primary,
                dialect.changePassword(quoted(user), plugin.get(), account.password(), true));
        return account;
    }

    /** Ends the password that {@link #renewBesideOld} has left. */
    void discardOld(Connection primary, ReplicationDialect dialect, String replica)
            throws SQLException {
        Optional<String> discard = dialect.discardOldPassword(quoted(PREFIX + replica));
        if (discard.isPresent()) {
            Queries.run(primary, discard.get());
        }
    }

    private static String quoted(String user) {
        return Sql.text(user) + "@'%'";
    }

    /** Letters and digits, and one of each kind that password policies ask for. */
    String password() {
        StringBuilder password = new StringBuilder("dM7-");
        while (password.length() < PASSWORD_LENGTH) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
