package io.dbmanager.sync.plan;

import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/** What a server must be to have replicas. */
final class PrimaryRules {
    private PrimaryRules() {}

    /** Sentences that each begin after the server's name; empty when it will do. */
    static List<String> obstacles(ServerFacts primary) {
        List<String> obstacles = new ArrayList<>();
        if (!primary.binaryLog()) {
            obstacles.add(
                    "writes no binary log, which replicas need: put "
                            + binaryLogLines(primary)
                            + " into "
                            + primary.dialect().optionFile()
                            + " and restart it");
        }
        if (primary.seedUnderWay()) {
            obstacles.add(
                    "holds a copy that was begun and did not end, so it cannot be the primary: see"
                            + " whether environment.json names the right server. If it is really to"
                            + " be the primary, run DROP DATABASE dbmanager_local there");
        }
        if (primary.readOnly()) {
            obstacles.add(
                    "is read-only, so it cannot be the primary: make another server the primary,"
                            + " or run SET GLOBAL read_only = OFF there and take it out of its"
                            + " option file");
        }
        if (!primary.missingPrivileges().isEmpty()) {
            obstacles.add(
                    "lets "
                            + primary.server().credentials().user()
                            + " do too little: grant it "
                            + String.join(
                                    ", ", primary.missingPrivileges().stream().sorted().toList())
                            + " on *.*");
        }
        if (!primary.channels().isEmpty() && primary.binaryLog() && !passesOn(primary)) {
            obstacles.add(
                    "is a replica itself and does not log what it applies, so its own replicas"
                            + " would miss that: put log_slave_updates=ON into "
                            + primary.dialect().optionFile()
                            + " and restart it");
        }
        return obstacles;
    }

    private static boolean passesOn(ServerFacts primary) {
        String newWord = primary.variable("log_replica_updates");
        String value = newWord.isEmpty() ? primary.variable("log_slave_updates") : newWord;
        return value.equals("1") || value.equalsIgnoreCase("ON");
    }

    private static String binaryLogLines(ServerFacts primary) {
        long id = primary.serverId() == 0 ? 1 : primary.serverId();
        return "the lines log_bin=binlog, binlog_format=ROW and server_id=" + id;
    }
}
