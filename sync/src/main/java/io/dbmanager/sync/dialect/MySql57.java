package io.dbmanager.sync.dialect;

/** MySQL 5.7: the old words, and settings that last until the next restart. */
final class MySql57 extends MySqlDialect {
    @Override
    String changeVerb() {
        return "CHANGE MASTER TO";
    }

    @Override
    String optionPrefix() {
        return "MASTER_";
    }

    @Override
    String replicaWord() {
        return "SLAVE";
    }

    @Override
    String resetBinaryLogs() {
        return "RESET MASTER";
    }

    @Override
    String positionWaitFunction() {
        return "MASTER_POS_WAIT";
    }

    @Override
    String publicKeyOption() {
        return "";
    }

    @Override
    public String showBinaryLogStatus() {
        return "SHOW MASTER STATUS";
    }

    @Override
    public String showReplicas() {
        return "SHOW SLAVE HOSTS";
    }

    @Override
    public boolean persists() {
        return false;
    }

    @Override
    public boolean dualPasswords() {
        return false;
    }
}
