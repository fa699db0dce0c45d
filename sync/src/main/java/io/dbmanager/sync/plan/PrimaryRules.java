package io.dbmanager.sync.plan;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/** What a server must be to have replicas. */
final class PrimaryRules {
    private PrimaryRules() {}

    /** Each detail is a sentence that begins after the server's name; empty when it will do. */
    static List<Finding> obstacles(ServerFacts primary) {
        List<Finding> obstacles = new ArrayList<>();
        if (!primary.binaryLog()) {
            obstacles.add(
                    FindingKind.PRIMARY_BINARY_LOG.because(
                            "writes no binary log, which replicas need: put "
                                    + binaryLogLines(primary)
                                    + " into "
                                    + primary.dialect().optionFile()
                                    + " and restart it"));
        }
        if (!primary.leftOutOfLog().isEmpty()) {
            obstacles.add(
                    FindingKind.PRIMARY_BINARY_LOG_FILTERED.because(
                            "leaves databases out of its binary log (%s), so its replicas would miss what is written there: take binlog_do_db and binlog_ignore_db out of %s and restart it"
                                    .formatted(
                                            primary.leftOutOfLog().strip(),
                                            primary.dialect().optionFile())));
        }
        if (primary.seedUnderWay()) {
            obstacles.add(
                    FindingKind.PRIMARY_COPY_UNFINISHED.because(
                            "holds a copy that was begun and did not end, so it cannot be the"
                                    + " primary: see whether environment.json names the right"
                                    + " server. If it is really to be the primary, run DROP"
                                    + " DATABASE dbmanager_local there"));
        }
        if (primary.readOnly()) {
            obstacles.add(
                    FindingKind.PRIMARY_READ_ONLY.because(
                            "is read-only, so it cannot be the primary: make another server the"
                                    + " primary, or run SET GLOBAL read_only = OFF there and take"
                                    + " it out of its option file"));
        }
        if (!primary.missingPrivileges().isEmpty()) {
            obstacles.add(FindingKind.PRIMARY_PRIVILEGES.because(tooLittle(primary)));
        }
        if (!primary.channels().isEmpty() && primary.binaryLog() && !passesOn(primary)) {
            obstacles.add(
                    FindingKind.PRIMARY_IS_REPLICA.because(
                            "is a replica itself and does not log what it applies, so its own"
                                    + " replicas would miss that: put log_slave_updates=ON into "
                                    + primary.dialect().optionFile()
                                    + " and restart it"));
        }
        return obstacles;
    }

    /** What an account may not do and must, after the server's name, with the grant. */
    static String tooLittle(ServerFacts server) {
        String privileges =
                String.join(", ", server.missingPrivileges().stream().sorted().toList());
        return "lets %s do too little: grant it %s on *.*"
                .formatted(server.server().credentials().user(), privileges);
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
