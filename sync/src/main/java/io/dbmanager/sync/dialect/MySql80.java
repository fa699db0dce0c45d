package io.dbmanager.sync.dialect;

import io.dbmanager.common.ServerVersion;

/**
 * MySQL 8.0 to 8.3, whose words changed along the way: {@code REPLICA} came with 8.0.22, {@code
 * CHANGE REPLICATION SOURCE} with 8.0.23, {@code SOURCE_POS_WAIT} with 8.0.26 and {@code BINARY LOG
 * STATUS} with 8.2.
 */
final class MySql80 extends MySqlDialect {
    private final ServerVersion version;

    MySql80(ServerVersion version) {
        this.version = version;
    }

    @Override
    String changeVerb() {
        return knowsSource() ? "CHANGE REPLICATION SOURCE TO" : "CHANGE MASTER TO";
    }

    @Override
    String optionPrefix() {
        return knowsSource() ? "SOURCE_" : "MASTER_";
    }

    private boolean knowsSource() {
        return version.atLeast(8, 0, 23);
    }

    @Override
    String replicaWord() {
        return version.atLeast(8, 0, 22) ? "REPLICA" : "SLAVE";
    }

    @Override
    String resetBinaryLogs() {
        return version.atLeast(8, 2, 0) ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER";
    }

    @Override
    String positionWaitFunction() {
        return version.atLeast(8, 0, 26) ? "SOURCE_POS_WAIT" : "MASTER_POS_WAIT";
    }

    @Override
    String publicKeyOption() {
        return knowsSource() ? "GET_SOURCE_PUBLIC_KEY" : "GET_MASTER_PUBLIC_KEY";
    }

    @Override
    public String showBinaryLogStatus() {
        return version.atLeast(8, 2, 0) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    @Override
    public String showReplicas() {
        return version.atLeast(8, 0, 22) ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";
    }

    @Override
    public boolean persists() {
        return true;
    }

    @Override
    public boolean dualPasswords() {
        return version.atLeast(8, 0, 14);
    }
}
