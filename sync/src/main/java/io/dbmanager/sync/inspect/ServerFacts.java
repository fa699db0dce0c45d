package io.dbmanager.sync.inspect;

import io.dbmanager.common.GtidSet;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.dialect.ReplicationDialect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a server is and holds, at one moment.
 *
 * @param server with credentials that work
 * @param identity {@code @@server_uuid}; for MariaDB see {@link ServerIdentity}
 * @param variables global variables by name in lower case
 * @param sourceGtids GTIDs of the history it can be a source of; empty set without GTIDs
 * @param replicaGtids GTIDs it has applied or written
 * @param binlogState on MariaDB, who wrote what into its binary log; elsewhere {@link
 *     BinlogState#NONE}, since there GTIDs name their writer
 * @param purgedGtids those whose binary logs are gone
 * @param schemas the users' schemas
 * @param accounts the users' accounts as {@code user@host}, not the server's internal ones
 * @param missingPrivileges what the login may not do and would need to
 * @param connectedReplicas server ids of the replicas it serves now
 * @param tls whether it offers TLS that this JVM takes
 * @param history which history its heartbeat table belongs to; empty without that table
 * @param beat the number of the newest heartbeat it has; 0 without that table
 * @param unfinished what was begun to make it a copy and has not ended
 * @param time what time it takes it to be
 * @param leftOutOfLog the databases that its binary log leaves out, as it was told to; empty text
 *     for none
 * @param cloneFacts what decides about cloning; empty where its version knows of no such thing
 */
public record ServerFacts(
        ServerSpec server,
        ServerVersion version,
        String identity,
        Map<String, String> variables,
        GtidSet sourceGtids,
        GtidSet replicaGtids,
        BinlogState binlogState,
        GtidSet purgedGtids,
        List<SchemaFacts> schemas,
        List<String> accounts,
        Set<String> missingPrivileges,
        List<ChannelStatus> channels,
        List<Long> connectedReplicas,
        boolean tls,
        Optional<String> history,
        long beat,
        Unfinished unfinished,
        TimeFacts time,
        String leftOutOfLog,
        Optional<CloneFacts> cloneFacts) {

    public ServerFacts {
        variables = Map.copyOf(variables);
        schemas = List.copyOf(schemas);
        accounts = List.copyOf(accounts);
        missingPrivileges = Set.copyOf(missingPrivileges);
        channels = List.copyOf(channels);
        connectedReplicas = List.copyOf(connectedReplicas);
    }

    public String name() {
        return server.name();
    }

    public ReplicationDialect dialect() {
        return Dialects.forVersion(version);
    }

    /** A global variable; empty text when the server has none of that name. */
    public String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    private boolean isOn(String name) {
        String value = variable(name);
        return value.equals("1") || value.equalsIgnoreCase("ON");
    }

    public long serverId() {
        String text = variable("server_id");
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    public boolean binaryLog() {
        return isOn("log_bin");
    }

    public String binlogFormat() {
        return variable("binlog_format");
    }

    /** Where it stands between no GTIDs and only GTIDs. */
    public GtidMode gtidMode() {
        return version.isMariaDb() ? GtidMode.ON : GtidMode.parse(variable("gtid_mode"));
    }

    /** Whether a variable says that it turns writers away. MariaDB has further words for "on". */
    public boolean readOnly() {
        String value = variable("read_only");
        return !(value.isEmpty() || value.equals("0") || value.equalsIgnoreCase("OFF"));
    }

    /** Whether it turns away all writers that it can. */
    public boolean fullyReadOnly() {
        return readOnly() && (version.isMariaDb() || isOn("super_read_only"));
    }

    /** What new sessions there begin with. */
    public SessionDefaults sessionDefaults() {
        return new SessionDefaults(version, variables, time);
    }

    /** Whether any of its channels is told to leave out schemas or tables. */
    public boolean filtered() {
        return channels.stream().anyMatch(ChannelStatus::filtered);
    }

    /** Whether it was begun to be made a copy and has not become one. */
    public boolean seedUnderWay() {
        return unfinished != Unfinished.NOTHING;
    }

    /** Schemas that hold something. */
    public List<SchemaFacts> filledSchemas() {
        return schemas.stream().filter(schema -> !schema.isEmpty()).toList();
    }

    public boolean isBlank() {
        return filledSchemas().isEmpty();
    }

    /** All tables as {@code schema.table}, folded to lower case. */
    public Set<String> tableNames() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        schemas.forEach(s -> s.tables().forEach(table -> names.add(s.name() + "." + table.name())));
        return names;
    }

    /** The channel that replicates; the default one where there are several. */
    public Optional<ChannelStatus> channel() {
        return channels.stream()
                .filter(channel -> channel.name().isEmpty())
                .findFirst()
                .or(() -> channels.stream().findFirst());
    }
}
