package io.dbmanager.sync.dialect;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.Secret;
import io.dbmanager.sync.jdbc.Sql;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What MySQL's versions have in common: the shape of the statements. Their words differ. */
abstract sealed class MySqlDialect implements ReplicationDialect permits MySql57, MySql80, MySql84 {
    private static final Set<String> PASSWORD_PLUGINS =
            Set.of("mysql_native_password", "caching_sha2_password", "sha256_password");

    /** {@code CHANGE MASTER TO} or its successor. */
    abstract String changeVerb();

    /** What an option of {@link #changeVerb} begins with: {@code MASTER_} or {@code SOURCE_}. */
    abstract String optionPrefix();

    /** {@code SLAVE} or {@code REPLICA}. */
    abstract String replicaWord();

    /** The statement that empties the binary log and the executed GTIDs. */
    abstract String resetBinaryLogs();

    abstract String positionWaitFunction();

    /**
     * The option that lets a replica without TLS ask for the source's public key; empty where
     * accounts do not need it.
     */
    abstract String publicKeyOption();

    @Override
    public final Flavour flavour() {
        return Flavour.MYSQL;
    }

    @Override
    public final String showChannels() {
        return "SHOW " + replicaWord() + " STATUS";
    }

    @Override
    public final String selectSourceGtids() {
        return "SELECT @@GLOBAL.gtid_executed";
    }

    @Override
    public final String selectReplicaGtids() {
        return selectSourceGtids();
    }

    @Override
    public final Optional<String> selectPurgedGtids() {
        return Optional.of("SELECT @@GLOBAL.gtid_purged");
    }

    @Override
    public final List<String> setExecuted(GtidSet executed, boolean binaryLog) {
        return List.of(
                resetBinaryLogs(), "SET GLOBAL gtid_purged = " + Sql.text(executed.toString()));
    }

    @Override
    public final List<String> forgetOwnHistory(boolean binaryLog) {
        return List.of(resetBinaryLogs());
    }

    @Override
    public final String changeSource(SourceEndpoint source, Position from) {
        List<String> options = login(source);
        switch (from) {
            case Position.Gtids _ -> options.add(optionPrefix() + "AUTO_POSITION = 1");
            case Position.FileOffset place -> {
                options.add(optionPrefix() + "AUTO_POSITION = 0");
                options.add(optionPrefix() + "LOG_FILE = " + Sql.text(place.file()));
                options.add(optionPrefix() + "LOG_POS = " + place.offset());
            }
            case Position.Unknown unknown ->
                    throw new IllegalArgumentException("no place to begin at: " + unknown.why());
        }
        return changeVerb() + " " + String.join(", ", options);
    }

    @Override
    public final String changeSourceLogin(SourceEndpoint source) {
        // Without host and port: naming them, even unchanged, makes the server forget its place.
        List<String> options = login(source);
        return changeVerb() + " " + String.join(", ", options.subList(2, options.size()));
    }

    private List<String> login(SourceEndpoint source) {
        String prefix = optionPrefix();
        List<String> options = new ArrayList<>();
        options.add(prefix + "HOST = " + Sql.text(source.address().host()));
        options.add(prefix + "PORT = " + source.address().port());
        options.add(prefix + "USER = " + Sql.text(source.account().user()));
        options.add(prefix + "PASSWORD = " + Sql.text(source.account().password().reveal()));
        options.add(prefix + "CONNECT_RETRY = 1");
        options.add(prefix + "RETRY_COUNT = 86400");
        options.add(prefix + "HEARTBEAT_PERIOD = 2");
        options.add(prefix + "SSL = " + (source.tls() ? 1 : 0));
        if (!publicKeyOption().isEmpty()) {
            options.add(publicKeyOption() + " = 1");
        }
        return options;
    }

    @Override
    public final String startReplica() {
        return "START " + replicaWord();
    }

    @Override
    public final String stopReplica() {
        return "STOP " + replicaWord();
    }

    /** Statements that name no channel are for all of them. */
    @Override
    public final List<String> forgetChannels(List<String> names) {
        return List.of(stopReplica(), "RESET " + replicaWord() + " ALL");
    }

    @Override
    public final List<String> clearFilters() {
        return List.of(
                "CHANGE REPLICATION FILTER REPLICATE_DO_DB = (), REPLICATE_IGNORE_DB = (),"
                        + " REPLICATE_DO_TABLE = (), REPLICATE_IGNORE_TABLE = (),"
                        + " REPLICATE_WILD_DO_TABLE = (), REPLICATE_WILD_IGNORE_TABLE = (),"
                        + " REPLICATE_REWRITE_DB = ()");
    }

    @Override
    public final String waitForPosition(Position position, Duration timeout) {
        long seconds = Math.max(1, timeout.plusMillis(999).toSeconds());
        return switch (position) {
            // 0 when reached and 1 at the time-out, so turned into 0 and -1.
            case Position.Gtids(GtidSet set) ->
                    "SELECT -WAIT_FOR_EXECUTED_GTID_SET("
                            + Sql.text(set.toString())
                            + ", "
                            + seconds
                            + ")";
            case Position.FileOffset(String file, long offset) ->
                    "SELECT "
                            + positionWaitFunction()
                            + "("
                            + Sql.text(file)
                            + ", "
                            + offset
                            + ", "
                            + seconds
                            + ")";
            case Position.Unknown unknown ->
                    throw new IllegalArgumentException("nothing to wait for: " + unknown.why());
        };
    }

    @Override
    public final List<String> readOnlyOn() {
        return List.of(setVariable("read_only", "ON"), setVariable("super_read_only", "ON"));
    }

    @Override
    public final List<String> administratorsMayWrite() {
        return List.of("SET GLOBAL super_read_only = OFF");
    }

    @Override
    public final List<String> readOnlyOff() {
        return List.of("SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF");
    }

    @Override
    public final String setVariable(String variable, String value) {
        return "SET " + (persists() ? "PERSIST " : "GLOBAL ") + variable + " = " + value;
    }

    @Override
    public final List<String> replicationAccount(Credentials account) {
        String who = Sql.text(account.user()) + "@'%'";
        String password = Sql.text(account.password().reveal());
        return List.of(
                "CREATE USER IF NOT EXISTS " + who + " IDENTIFIED BY " + password,
                "ALTER USER " + who + " IDENTIFIED BY " + password + " ACCOUNT UNLOCK",
                "GRANT REPLICATION SLAVE ON *.* TO " + who);
    }

    /** Privileges of their own came with settings that last. */
    @Override
    public final Optional<String> selectDonorAccount(String user) {
        return persists()
                ? Optional.of(CloneStatements.selectDonorAccount(user))
                : Optional.empty();
    }

    /** The server writes the hash into its logs. */
    @Override
    public final String changePassword(
            String account, String plugin, Secret password, boolean retain) {
        return "ALTER USER "
                + account
                + " IDENTIFIED WITH "
                + Sql.text(plugin)
                + " BY "
                + Sql.text(password.reveal())
                + (retain && dualPasswords() ? " RETAIN CURRENT PASSWORD" : "");
    }

    @Override
    public final Optional<String> discardOldPassword(String account) {
        return dualPasswords()
                ? Optional.of("ALTER USER " + account + " DISCARD OLD PASSWORD")
                : Optional.empty();
    }

    @Override
    public final boolean keepsPasswords(String plugin) {
        return PASSWORD_PLUGINS.contains(plugin);
    }

    @Override
    public final String stopFetching() {
        return stopReplica() + " IO_THREAD";
    }

    @Override
    public final String startFetching() {
        return startReplica() + " IO_THREAD";
    }
}
