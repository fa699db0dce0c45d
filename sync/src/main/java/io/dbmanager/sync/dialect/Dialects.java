package io.dbmanager.sync.dialect;

import io.dbmanager.common.ServerVersion;

/** Chooses the words for a server. */
public final class Dialects {
    private Dialects() {}

    /**
     * The dialect of a server; one newer than all that are known speaks the newest.
     *
     * @throws IllegalArgumentException for a server older than any that is supported
     */
    public static ReplicationDialect forVersion(ServerVersion version) {
        if (version.isMariaDb()) {
            // 10.3 brought CREATE/ALTER USER and GTID forms that everything here relies on.
            return supported(version, version.atLeast(10, 3, 0), new MariaDb());
        }
        if (version.atLeast(8, 4, 0)) {
            return new MySql84();
        }
        if (version.atLeast(8, 0, 0)) {
            return new MySql80(version);
        }
        return supported(version, version.atLeast(5, 7, 0), new MySql57());
    }

    private static ReplicationDialect supported(
            ServerVersion version, boolean isSupported, ReplicationDialect dialect) {
        if (!isSupported) {
            throw new IllegalArgumentException(
                    version.display() + " is too old: MySQL 5.7 or MariaDB 10.3 is the oldest");
        }
        return dialect;
    }
}
