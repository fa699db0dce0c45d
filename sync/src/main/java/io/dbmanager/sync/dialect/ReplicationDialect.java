package io.dbmanager.sync.dialect;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Position;
import io.dbmanager.common.Secret;
import io.dbmanager.sync.jdbc.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The words in which a server is asked about replication and told about it. Statements come as text
 * ready to run, in order where there are several.
 */
public sealed interface ReplicationDialect permits MySqlDialect, MariaDb {
    Flavour flavour();

    /** Lists all replication channels; see {@link #channel}. */
    String showChannels();

    /** Reads a row of {@link #showChannels}. */
    default ChannelStatus channel(Row row) {
        return ChannelStatus.read(row);
    }

    /** One row with {@code File} and {@code Position}; none when there is no binary log. */
    String showBinaryLogStatus();

    /** A row per binary log with {@code Log_name}. */
    default String showBinaryLogs() {
        return "SHOW BINARY LOGS";
    }

    /** A row per connected replica with {@code Server_Id}. */
    String showReplicas();

    /** One text: the GTIDs of everything in this server's history that it can be a source of. */
    String selectSourceGtids();

    /** One text: the GTIDs of everything a replica has applied or written. */
    String selectReplicaGtids();

    /** One text: the GTIDs whose binary logs are gone; empty where the server does not tell. */
    Optional<String> selectPurgedGtids();

    /**
     * Makes a stopped replica believe that it has exactly {@code executed}; what its own binary log
     * held is forgotten.
     *
     * @param binaryLog whether the replica writes one
     */
    List<String> setExecuted(GtidSet executed, boolean binaryLog);

    /** Forgets the replica's own binary log and GTIDs, for a copy by file and offset. */
    List<String> forgetOwnHistory(boolean binaryLog);

    /**
     * Points a stopped replica at a source.
     *
     * @param from GTIDs: what the replica has been told it has, from which it goes on by itself; or
     *     a place in the source's binary logs
     */
    String changeSource(SourceEndpoint source, Position from);

    /** Gives a stopped channel another login and address, and leaves its place as it is. */
    String changeSourceLogin(SourceEndpoint source);

    String startReplica();

    String stopReplica();

    /** Stops applying; what is fetched waits. */
    default String stopApplying() {
        return stopReplica() + " SQL_THREAD";
    }

    /** Starts what {@link #stopApplying} has stopped. */
    default String startApplying() {
        return startReplica() + " SQL_THREAD";
    }

    /**
     * Stops all channels and removes them with all that they remember but GTIDs.
     *
     * @param names of the channels there are
     */
    List<String> forgetChannels(List<String> names);

    /** Makes a stopped replica leave out nothing, until its next restart at least. */
    List<String> clearFilters();

    /**
     * One number: at least 0 when the position was reached in the time allowed.
     *
     * @param timeout rounded up to whole seconds
     */
    String waitForPosition(Position position, Duration timeout);

    /** Turns away writers, all of them where the server can; over restarts where it can. */
    List<String> readOnlyOn();

    /** Lets those in whom {@code read_only} alone lets in; {@link #readOnlyOn} ends it. */
    List<String> administratorsMayWrite();

    /** Lets writers in until the next restart at least. */
    List<String> readOnlyOff();

    /** Whether {@link #setVariable} outlives a restart. */
    boolean persists();

    /** Sets a global variable, over restarts where the server can. */
    String setVariable(String variable, String value);

    /**
     * Makes the account, or gives it this password, and lets it replicate. The password does not
     * reach the binary log in clear.
     */
    List<String> replicationAccount(Credentials account);

    /**
     * One text where a replica's account may clone this server, as one that a clone has left may;
     * empty where no account can.
     */
    default Optional<String> selectDonorAccount(String user) {
        return Optional.empty();
    }

    /** Whether an account can have its old password beside a new one. */
    boolean dualPasswords();

    /**
     * Gives an account that logs in by a password another one, which does not reach the binary log
     * in clear.
     *
     * @param account quoted, with its host
     * @param plugin by which it logs in, and goes on to
     * @param retain whether the old one is to go on working, where {@link #dualPasswords} says that
     *     it can
     */
    String changePassword(String account, String plugin, Secret password, boolean retain);

    /** Ends what {@link #changePassword} has retained; empty where nothing can be. */
    Optional<String> discardOldPassword(String account);

    /** Whether the server itself keeps the passwords of accounts that log in by this plugin. */
    boolean keepsPasswords(String plugin);

    /** Stops what must be stopped before {@link #changeSourceLogin}, and no more. */
    String stopFetching();

    /** Starts what {@link #stopFetching} has stopped. */
    String startFetching();

    /** The file into which lasting settings go, for people. */
    default String optionFile() {
        return "its option file (such as /etc/my.cnf), section [mysqld]";
    }
}
