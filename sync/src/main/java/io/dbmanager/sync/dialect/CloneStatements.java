package io.dbmanager.sync.dialect;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.sync.jdbc.Sql;
import java.util.List;

/**
 * The words of MySQL's clone plugin, which are the same in every version that has it (8.0.17 and
 * later). See "The Clone Plugin" in the manual.
 */
public final class CloneStatements {
    /** The answer of a server that nothing would start again after it has ended. */
    public static final int NOT_SUPERVISED = 3707;

    /**
     * How a recipient tells that the donor is cloned already: by the donor's error, within its own.
     */
    public static final String DONOR_IS_BUSY = "Donor Error: 3634 ";

    private static final long MEGABYTE = 1 << 20;

    private CloneStatements() {}

    /** Ends the server so that its supervisor starts it again; else {@link #NOT_SUPERVISED}. */
    public static String restart() {
        return "RESTART";
    }

    /** On donor and recipient; lasting, and not written to the binary log. */
    public static String installPlugin() {
        return "INSTALL PLUGIN clone SONAME 'mysql_clone.so'";
    }

    /** On the donor. */
    public static String letBeDonorFor(Credentials account) {
        return "GRANT BACKUP_ADMIN ON *.* TO " + who(account.user());
    }

    /**
     * On the recipient: from where it may clone and how fast, until its next restart, which the
     * clone ends with.
     *
     * @param threads how many connections read from the donor at most
     * @param bytesPerSecond at least a megabyte; 0 for no limit
     */
    public static List<String> prepareRecipient(
            ServerAddress donor, int threads, long bytesPerSecond) {
        return List.of(
                "SET GLOBAL clone_valid_donor_list = " + Sql.text(donor.toString()),
                "SET GLOBAL clone_max_concurrency = " + threads,
                "SET GLOBAL clone_max_network_bandwidth = " + bytesPerSecond / MEGABYTE);
    }

    /** Whether a recipient can keep to a limit, which it has in whole megabytes. */
    public static boolean keepsTo(long bytesPerSecond) {
        return bytesPerSecond == 0 || bytesPerSecond >= MEGABYTE;
    }

    /**
     * On the recipient: drops all that it holds, takes what the donor holds, and restarts. The
     * server leaves the password out of its logs.
     */
    public static String cloneFrom(SourceEndpoint donor) {
        return "CLONE INSTANCE FROM "
                + Sql.text(donor.account().user())
                + "@"
                + Sql.text(donor.address().host())
                + ":"
                + donor.address().port()
                + " IDENTIFIED BY "
                + Sql.text(donor.account().password().reveal())
                + (donor.tls() ? " REQUIRE SSL" : "");
    }

    /**
     * At most one row about the last clone: {@code STATE}, {@code BEGUN} in seconds since 1970,
     * {@code PID}, {@code ERROR_NO}, {@code ERROR_MESSAGE}, {@code BINLOG_FILE} and {@code
     * BINLOG_POSITION}.
     */
    public static String selectStatus() {
        return "SELECT STATE, UNIX_TIMESTAMP(BEGIN_TIME) AS BEGUN, PID, ERROR_NO, ERROR_MESSAGE,"
                + " BINLOG_FILE, BINLOG_POSITION FROM performance_schema.clone_status";
    }

    /**
     * One row about the last clone: {@code DONE} and {@code EXPECTED} in bytes, how many {@code
     * STAGES} are behind it, and whether it has {@code DROPPED} what was there.
     */
    public static String selectProgress() {
        return "SELECT IFNULL(SUM(DATA), 0) AS DONE, IFNULL(SUM(ESTIMATE), 0) AS EXPECTED,"
                + " IFNULL(SUM(STATE = 'Completed'), 0) AS STAGES, IFNULL(SUM(STAGE = 'DROP DATA'"
                + " AND STATE <> 'Not Started'), 0) AS DROPPED FROM"
                + " performance_schema.clone_progress";
    }

    static String selectDonorAccount(String user) {
        return "SELECT 1 FROM mysql.global_grants WHERE HOST = '%' AND PRIV = 'BACKUP_ADMIN' AND"
                + " USER = "
                + Sql.text(user);
    }

    /** Ends {@link #letBeDonorFor}. */
    public static String noMoreDonorFor(String user) {
        return "REVOKE BACKUP_ADMIN ON *.* FROM " + who(user);
    }

    private static String who(String user) {
        return Sql.text(user) + "@'%'";
    }
}
