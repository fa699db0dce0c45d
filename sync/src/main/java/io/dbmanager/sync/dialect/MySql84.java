package io.dbmanager.sync.dialect;

/** MySQL 8.4, 9 and the releases numbered by year after them: the new words only. */
final class MySql84 extends MySqlDialect {
    @Override
    String changeVerb() {
        return "CHANGE REPLICATION SOURCE TO";
    }

    @Override
    String optionPrefix() {
        return "SOURCE_";
    }

    @Override
    String replicaWord() {
        return "REPLICA";
    }

    @Override
    String resetBinaryLogs() {
        return "RESET BINARY LOGS AND GTIDS";
    }

    @Override
    String positionWaitFunction() {
        return "SOURCE_POS_WAIT";
    }

    @Override
    String publicKeyOption() {
        return "GET_SOURCE_PUBLIC_KEY";
    }

    @Override
    public String showBinaryLogStatus() {
        return "SHOW BINARY LOG STATUS";
    }

    @Override
    public String showReplicas() {
        return "SHOW REPLICAS";
    }

    @Override
    public boolean persists() {
        return true;
    }

    @Override
    public boolean dualPasswords() {
        return true;
    }
}
