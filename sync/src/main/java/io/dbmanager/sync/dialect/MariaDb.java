package io.dbmanager.sync.dialect;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.Secret;
import io.dbmanager.sync.jdbc.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * MariaDB: the old words in every version, GTIDs that are always there, settings that last until
 * the next restart.
 */
final class MariaDb implements ReplicationDialect {
    @Override
    public Flavour flavour() {
        return Flavour.MARIADB;
    }

    @Override
    public String showChannels() {
        return "SHOW ALL SLAVES STATUS";
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
    public String selectSourceGtids() {
        return "SELECT @@GLOBAL.gtid_binlog_pos";
    }

    @Override
    public String selectReplicaGtids() {
        return "SELECT @@GLOBAL.gtid_slave_pos";
    }

    @Override
    public Optional<String> selectPurgedGtids() {
        return Optional.empty();
    }

    @Override
    public List<String> setExecuted(GtidSet executed, boolean binaryLog) {
        List<String> statements = new ArrayList<>(forgetOwnHistory(binaryLog));
        statements.add("SET GLOBAL gtid_slave_pos = " + Sql.text(executed.toString()));
        return statements;
    }

    /** Without a binary log {@code RESET MASTER} is an error (1186). */
    @Override
    public List<String> forgetOwnHistory(boolean binaryLog) {
        return binaryLog ? List.of("RESET MASTER") : List.of();
    }

    @Override
    public String changeSource(SourceEndpoint source, Position from) {
        List<String> options = login(source);
        switch (from) {
            case Position.Gtids _ -> options.add("MASTER_USE_GTID = slave_pos");
            case Position.FileOffset place -> {
                options.add("MASTER_USE_GTID = no");
                options.add("MASTER_LOG_FILE = " + Sql.text(place.file()));
                options.add("MASTER_LOG_POS = " + place.offset());
            }
            case Position.Unknown unknown ->
                    throw new IllegalArgumentException("no place to begin at: " + unknown.why());
        }
        return "CHANGE MASTER TO " + String.join(", ", options);
    }

    @Override
    public String changeSourceLogin(SourceEndpoint source) {
        // Without host and port: naming them, even unchanged, makes the server forget its place.
        List<String> options = login(source);
        return "CHANGE MASTER TO " + String.join(", ", options.subList(2, options.size()));
    }

    private static List<String> login(SourceEndpoint source) {
        List<String> options = new ArrayList<>();
        options.add("MASTER_HOST = " + Sql.text(source.address().host()));
        options.add("MASTER_PORT = " + source.address().port());
        options.add("MASTER_USER = " + Sql.text(source.account().user()));
        options.add("MASTER_PASSWORD = " + Sql.text(source.account().password().reveal()));
        options.add("MASTER_CONNECT_RETRY = 1");
        options.add("MASTER_HEARTBEAT_PERIOD = 2");
        options.add("MASTER_SSL = " + (source.tls() ? 1 : 0));
        // On by default from 11.4, where the certificate a server makes for itself would not do.
        options.add("MASTER_SSL_VERIFY_SERVER_CERT = 0");
        return options;
    }

    @Override
    public String startReplica() {
        return "START SLAVE";
    }

    @Override
    public String stopReplica() {
        return "STOP SLAVE";
    }

    @Override
    public List<String> forgetChannels(List<String> names) {
        List<String> statements = new ArrayList<>();
        statements.add("STOP ALL SLAVES");
        names.forEach(name -> statements.add("RESET SLAVE " + Sql.text(name) + " ALL"));
        return statements;
    }

    @Override
    public List<String> clearFilters() {
        return Stream.of(
                        "replicate_do_db",
                        "replicate_ignore_db",
                        "replicate_do_table",
                        "replicate_ignore_table",
                        "replicate_wild_do_table",
                        "replicate_wild_ignore_table")
                .map(filter -> setVariable(filter, "''"))
                .toList();
    }

    @Override
    public String waitForPosition(Position position, Duration timeout) {
        long seconds = Math.max(1, timeout.plusMillis(999).toSeconds());
        return switch (position) {
            case Position.Gtids(GtidSet set) ->
                    "SELECT MASTER_GTID_WAIT(" + Sql.text(set.toString()) + ", " + seconds + ")";
            case Position.FileOffset(String file, long offset) ->
                    "SELECT MASTER_POS_WAIT("
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
    public List<String> readOnlyOn() {
        return List.of("SET GLOBAL read_only = ON");
    }

    @Override
    public List<String> administratorsMayWrite() {
        return List.of();
    }

    @Override
    public List<String> readOnlyOff() {
        return List.of("SET GLOBAL read_only = OFF");
    }

    @Override
    public boolean persists() {
        return false;
    }

    @Override
    public String setVariable(String variable, String value) {
        return "SET GLOBAL " + variable + " = " + value;
    }

    /**
     * What {@code CREATE USER} and {@code ALTER USER} say goes into the binary log as it is, of
     * {@code SET PASSWORD} only the hash. So the account is made with a password that nobody uses.
     */
    @Override
    public List<String> replicationAccount(Credentials account) {
        String who = Sql.text(account.user()) + "@'%'";
        return List.of(
                "CREATE USER IF NOT EXISTS "
                        + who
                        + " IDENTIFIED BY "
                        + Sql.text(unusable(account.password())),
                changePassword(who, "", account.password(), false),
                "ALTER USER " + who + " ACCOUNT UNLOCK",
                "GRANT REPLICATION SLAVE ON *.* TO " + who);
    }

    /** Tells nothing of the password, and passes the rules that it passes. */
    private static String unusable(Secret password) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(password.reveal().getBytes(StandardCharsets.UTF_8));
            return "dM7-" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM knows SHA-256", e);
        }
    }

    @Override
    public boolean dualPasswords() {
        return false;
    }

    @Override
    public String changePassword(String account, String plugin, Secret password, boolean retain) {
        return "SET PASSWORD FOR " + account + " = PASSWORD(" + Sql.text(password.reveal()) + ")";
    }

    @Override
    public Optional<String> discardOldPassword(String account) {
        return Optional.empty();
    }

    /** An account may log in by several, of which only the first is told. */
    @Override
    public boolean keepsPasswords(String plugin) {
        return true;
    }

    @Override
    public String stopFetching() {
        return stopReplica();
    }

    @Override
    public String startFetching() {
        return startReplica();
    }

    @Override
    public String optionFile() {
        return "its option file (such as /etc/mysql/mariadb.conf.d/50-server.cnf), section"
                + " [mariadbd]";
    }
}
