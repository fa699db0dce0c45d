package io.dbmanager.sync.plan;

import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.SchemaFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/** What was found on a server, in phrases. */
final class Descriptions {
    private static final int SHOWN = 8;

    private Descriptions() {}

    static List<String> of(ServerFacts facts) {
        List<String> found = new ArrayList<>();
        found.add(
                "%s at %s, server id %d, identity %s"
                        .formatted(
                                facts.version().display(),
                                facts.server().address(),
                                facts.serverId(),
                                facts.identity()));
        found.add(
                (facts.binaryLog()
                                ? "binary log on (" + facts.binlogFormat() + ")"
                                : "binary log off")
                        + ", GTIDs "
                        + facts.gtidMode()
                        + (facts.readOnly() ? ", read-only" : ""));
        found.add(data(facts.filledSchemas()));
        found.add(accounts(facts.accounts()));
        if (facts.channels().isEmpty()) {
            found.add("no replication channel");
        }
        facts.channels().forEach(channel -> found.add(channel(channel)));
        if (facts.seedUnderWay()) {
            found.add("a copy to it was begun and did not end");
        }
        return found;
    }

    private static String data(List<SchemaFacts> schemas) {
        if (schemas.isEmpty()) {
            return "no data";
        }
        List<String> shown = schemas.stream().limit(SHOWN).map(SchemaFacts::describe).toList();
        int more = schemas.size() - shown.size();
        return "data: " + String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
    }

    private static String accounts(List<String> accounts) {
        List<String> shown = accounts.stream().limit(SHOWN).toList();
        int more = accounts.size() - shown.size();
        return "accounts: " + String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
    }

    private static String channel(ChannelStatus channel) {
        return "replicates from %s:%d (fetching: %s, applying: %s)"
                .formatted(
                        channel.sourceHost(),
                        channel.sourcePort(),
                        word(channel.io()),
                        channel.sqlRunning() ? "runs" : "stopped");
    }

    private static String word(ChannelStatus.Io io) {
        return switch (io) {
            case RUNNING -> "runs";
            case CONNECTING -> "connecting";
            case STOPPED -> "stopped";
        };
    }
}
