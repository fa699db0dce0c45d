package io.dbmanager.sync;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.BinlogState;
import io.dbmanager.sync.inspect.CloneFacts;
import io.dbmanager.sync.inspect.SchemaFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.inspect.TimeFacts;
import io.dbmanager.sync.inspect.Unfinished;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Makes facts for tests: a healthy blank server, changed word by word. */
public final class Facts {
    public static final String UUID_P = "11111111-71ca-11e1-9e33-c80aa9429562";
    public static final String UUID_R = "22222222-71ca-11e1-9e33-c80aa9429562";

    private final ServerSpec spec;
    private final ServerVersion version;
    private final Map<String, String> variables = new HashMap<>();
    private final List<SchemaFacts> schemas = new ArrayList<>();
    private final List<String> accounts = new ArrayList<>(List.of("root@%"));
    private final List<ChannelStatus> channels = new ArrayList<>();
    private final List<Long> connected = new ArrayList<>();
    private Set<String> missingPrivileges = new TreeSet<>();
    private String identity;
    private String sourceGtids = "";
    private String replicaGtids = "";
    private String purged = "";
    private BinlogState binlogState = BinlogState.NONE;
    private Optional<String> history = Optional.empty();
    private long beat;
    private Unfinished unfinished = Unfinished.NOTHING;
    private TimeFacts time = TimeFacts.UTC;
    private String leftOutOfLog = "";
    private Optional<CloneFacts> cloneFacts = Optional.empty();
    private boolean tls = true;

    private Facts(String name, String version, String identity, int port) {
        this.spec =
                new ServerSpec(
                        name, new ServerAddress("10.0.0.5", port), Credentials.of("root", "x"));
        this.version = ServerVersion.parse(version);
        this.identity = identity;
        variables.put("log_bin", "ON");
        variables.put("binlog_format", "ROW");
        variables.put("server_id", "1");
        variables.put("read_only", "OFF");
        variables.put("super_read_only", "OFF");
        variables.put("lower_case_table_names", "0");
        if (!this.version.isMariaDb()) {
            variables.put("gtid_mode", "ON");
        }
    }

    public static Facts primary(String version) {
        return new Facts("dbwrite", version, UUID_P, 3306);
    }

    public static Facts replica(String version) {
        return new Facts("dbread1", version, UUID_R, 3307).variable("server_id", "2");
    }

    public static Facts server(String name, String version, int port) {
        return new Facts(name, version, "identity-of-" + name, port);
    }

    public Facts variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    public Facts identity(String text) {
        identity = text;
        return this;
    }

    /** A schema with one table. */
    public Facts table(String schema, String table, long rows) {
        schemas.add(
                new SchemaFacts(schema, List.of(new SchemaFacts.TableFacts(table, rows, true)), 0));
        return this;
    }

    public Facts emptySchema(String schema) {
        schemas.add(new SchemaFacts(schema, List.of(), 0));
        return this;
    }

    public Facts account(String account) {
        accounts.add(account);
        return this;
    }

    public Facts gtids(String text) {
        sourceGtids = text;
        replicaGtids = text;
        return this;
    }

    public Facts purged(String text) {
        purged = text;
        return this;
    }

    public Facts binlogState(String text) {
        binlogState = BinlogState.parse(text);
        return this;
    }

    public Facts beat(long number) {
        beat = number;
        return this;
    }

    public Facts history(String text) {
        history = Optional.of(text);
        return this;
    }

    public Facts seedUnderWay() {
        return unfinished(Unfinished.REPAIR);
    }

    public Facts unfinished(Unfinished what) {
        unfinished = what;
        return this;
    }

    public Facts time(TimeFacts facts) {
        time = facts;
        return this;
    }

    public Facts leftOutOfLog(String databases) {
        leftOutOfLog = databases;
        return this;
    }

    /** The clone plugin can work with it; else that is not known. */
    public Facts clonable() {
        return clonable(_ -> {});
    }

    /** The same but for what is changed. */
    public Facts clonable(Consumer<CloneTraits> change) {
        CloneTraits traits = new CloneTraits();
        change.accept(traits);
        cloneFacts = Optional.of(traits.facts());
        return this;
    }

    public Facts withoutTls() {
        tls = false;
        return this;
    }

    public Facts missingPrivilege(String privilege) {
        missingPrivileges.add(privilege);
        return this;
    }

    public Facts connected(long serverId) {
        connected.add(serverId);
        return this;
    }

    public Facts readOnly() {
        return variable("read_only", "ON").variable("super_read_only", "ON");
    }

    public Facts channel(ChannelStatus channel) {
        channels.add(channel);
        return this;
    }

    /** A channel from the primary on which all is well. */
    public static ChannelStatus running() {
        return channel(
                ChannelStatus.Io.RUNNING,
                true,
                ChannelStatus.ThreadError.NONE,
                ChannelStatus.ThreadError.NONE);
    }

    public static ChannelStatus stopped() {
        return channel(
                ChannelStatus.Io.STOPPED,
                false,
                ChannelStatus.ThreadError.NONE,
                ChannelStatus.ThreadError.NONE);
    }

    public static ChannelStatus sqlError(int code, String message) {
        return channel(
                ChannelStatus.Io.RUNNING,
                false,
                ChannelStatus.ThreadError.NONE,
                new ChannelStatus.ThreadError(code, message));
    }

    public static ChannelStatus ioError(ChannelStatus.Io io, int code, String message) {
        return channel(
                io,
                true,
                new ChannelStatus.ThreadError(code, message),
                ChannelStatus.ThreadError.NONE);
    }

    private static ChannelStatus channel(
            ChannelStatus.Io io,
            boolean sqlRunning,
            ChannelStatus.ThreadError ioError,
            ChannelStatus.ThreadError sqlError) {
        return new ChannelStatus(
                "",
                "10.0.0.5",
                3306,
                "dbmanager_dbread1",
                UUID_P,
                io,
                sqlRunning,
                ioError,
                sqlError,
                true,
                new Position.FileOffset("binlog.000001", 4),
                Optional.of(0L),
                0,
                false);
    }

    /** The same channel without GTIDs. */
    public static ChannelStatus byFileAndOffset(ChannelStatus c) {
        return new ChannelStatus(
                c.name(),
                c.sourceHost(),
                c.sourcePort(),
                c.sourceUser(),
                c.sourceUuid(),
                c.io(),
                c.sqlRunning(),
                c.ioError(),
                c.sqlError(),
                false,
                c.executed(),
                c.secondsBehind(),
                c.delay(),
                c.filtered());
    }

    /** The same channel, told to leave something out. */
    public static ChannelStatus filtered(ChannelStatus c) {
        return new ChannelStatus(
                c.name(),
                c.sourceHost(),
                c.sourcePort(),
                c.sourceUser(),
                c.sourceUuid(),
                c.io(),
                c.sqlRunning(),
                c.ioError(),
                c.sqlError(),
                c.autoPosition(),
                c.executed(),
                c.secondsBehind(),
                c.delay(),
                true);
    }

    /** A channel from another server than the primary. */
    public static ChannelStatus fromElsewhere(String name) {
        return new ChannelStatus(
                name,
                "10.9.9.9",
                3306,
                "other",
                "99999999-71ca-11e1-9e33-c80aa9429562",
                ChannelStatus.Io.RUNNING,
                true,
                ChannelStatus.ThreadError.NONE,
                ChannelStatus.ThreadError.NONE,
                true,
                new Position.FileOffset("binlog.000001", 4),
                Optional.of(0L),
                0,
                false);
    }

    public ServerFacts facts() {
        return new ServerFacts(
                spec,
                version,
                identity,
                variables,
                GtidSet.parse(version.flavour(), sourceGtids),
                GtidSet.parse(version.flavour(), replicaGtids),
                binlogState,
                GtidSet.parse(version.flavour(), purged),
                schemas,
                accounts,
                missingPrivileges,
                channels,
                connected,
                tls,
                history,
                beat,
                unfinished,
                time,
                leftOutOfLog,
                cloneFacts);
    }
}
