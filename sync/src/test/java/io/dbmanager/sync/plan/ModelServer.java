package io.dbmanager.sync.plan;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL server with GTIDs boiled down to what decides about replication. A transaction is a
 * number under its writer's name; what it did is a row of the same name, so that GTIDs and rows can
 * part ways as they do on real servers.
 */
final class ModelServer {
    private static final String VERSION = "9.7.4";

    final String name;
    final int number;
    final Set<String> executed = new TreeSet<>();
    final Set<String> rows = new TreeSet<>();
    final Set<String> purged = new TreeSet<>();
    final List<ChannelStatus> channels = new ArrayList<>();
    String identity;
    long serverId;
    boolean readOnly;
    Unfinished unfinished = Unfinished.NOTHING;
    boolean filtered;
    boolean canClone;

    /** Whether something starts it again when it ends. */
    boolean comesBack;

    int enabledEvents;

    /** Folders of a clone that did not end: no schema can be made beside them, but by a clone. */
    boolean leftovers;

    @Nullable String history;
    long beat;

    ModelServer(String name, int number) {
        this.name = name;
        this.number = number;
        this.identity = uuid(number);
        this.serverId = number;
    }

    static String uuid(int number) {
        return "%08d-71ca-11e1-9e33-c80aa9429562".formatted(number);
    }

    /** Writes a row here, under this server's own name. */
    String write() {
        String id = identity + ":" + next();
        executed.add(id);
        rows.add(id);
        return id;
    }

    private long next() {
        return executed.stream()
                        .filter(id -> id.startsWith(identity + ":"))
                        .mapToLong(ModelServer::numberOf)
                        .max()
                        .orElse(0)
                + 1;
    }

    private static long numberOf(String id) {
        return Long.parseLong(id.substring(id.indexOf(':') + 1));
    }

    /** The channel that leads to the primary, if there is one and it runs. */
    boolean replicates() {
        return channels.size() == 1
                && channels.getFirst().sourceHost().equals("10.0.0.5")
                && channels.getFirst().running();
    }

    /** Applies what the primary has, as far as its logs and this server's rows allow. */
    void catchUp(ModelServer primary) {
        if (!replicates()) {
            return;
        }
        if (!executed.containsAll(primary.purged)) {
            channel(Facts.ioError(ChannelStatus.Io.STOPPED, 13114, "purged binary logs"));
            return;
        }
        for (String id : primary.executed) {
            if (executed.contains(id)) {
                continue;
            }
            if (rows.contains(id)) {
                channel(Facts.sqlError(1062, "Duplicate entry"));
                return;
            }
            executed.add(id);
            if (!filtered) {
                rows.add(id);
            }
        }
        beat = primary.beat;
    }

    void channel(ChannelStatus only) {
        channels.clear();
        channels.add(filtered ? Facts.filtered(only) : only);
    }

    /** What is left of it is its identity, its settings and its name. */
    void becomeCloneOf(ModelServer donor) {
        rows.clear();
        rows.addAll(donor.rows);
        executed.clear();
        executed.addAll(donor.executed);
        purged.clear();
        purged.addAll(donor.executed);
        channels.clear();
        history = donor.history;
        beat = donor.beat;
        enabledEvents = donor.enabledEvents;
        leftovers = false;
        unfinished = donor.unfinished;
    }

    /** Whether clients would read on it what they read on the primary. */
    boolean isEqualTo(ModelServer primary) {
        return rows.equals(primary.rows) && executed.equals(primary.executed);
    }

    ServerFacts facts() {
        Facts facts =
                number == 0 ? Facts.primary(VERSION) : Facts.server(name, VERSION, 3306 + number);
        facts.identity(identity)
                .variable("server_id", Long.toString(serverId))
                .gtids(text(executed))
                .purged(text(purged))
                .beat(beat);
        if (!rows.isEmpty()) {
            facts.table("shop", "rows", rows.size());
        }
        if (history != null) {
            facts.history(history);
        }
        if (readOnly) {
            facts.readOnly();
        }
        facts.unfinished(unfinished);
        if (canClone) {
            facts.clonable(traits -> traits.events = enabledEvents);
        }
        channels.forEach(facts::channel);
        return facts.facts();
    }

    private static String text(Set<String> ids) {
        return ids.stream().collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "%s id=%d executed=%s rows=%s history=%s beat=%d channels=%s filtered=%s seeding=%s readOnly=%s"
                .formatted(
                        name,
                        serverId,
                        executed,
                        rows,
                        history,
                        beat,
                        channels.stream()
                                .map(c -> c.sourceHost() + " " + ChannelJudge.judge(c))
                                .toList(),
                        filtered,
                        unfinished,
                        readOnly);
    }
}
