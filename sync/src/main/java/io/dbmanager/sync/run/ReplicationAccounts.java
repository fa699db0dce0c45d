package io.dbmanager.sync.run;

import io.dbmanager.common.Credentials;
import io.dbmanager.sync.dialect.ReplicationDialect;
import io.dbmanager.sync.jdbc.Queries;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;

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
        return account;
    }

    /** Letters and digits, and one of each kind that password policies ask for. */
    private String password() {
        StringBuilder password = new StringBuilder("dM7-");
        while (password.length() < PASSWORD_LENGTH) {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }
}
