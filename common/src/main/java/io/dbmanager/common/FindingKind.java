package io.dbmanager.common;

/**
 * The ways in which a server can be wrong. Each has a name that stays the same over versions, for
 * scripts and alerts, and a section under that name in docs/operating/findings.md that says what it
 * means, what is done by itself and what is left to people.
 */
public enum FindingKind {
    NO_CHANNEL("replica.channel.none"),
    CHANNEL_ELSEWHERE("replica.channel.elsewhere"),
    SECOND_CHANNEL("replica.channel.second"),
    CHANNEL_STOPPED("replica.channel.stopped"),
    CHANNEL_LOGIN_REFUSED("replica.channel.login_refused"),
    CHANNEL_FILTERED("replica.channel.filtered"),
    CHANNEL_DELAYED("replica.channel.delayed"),
    LOGS_PURGED("replica.source.logs_purged"),
    PLACE_LOST("replica.source.place_lost"),
    RELAY_LOG_UNREADABLE("replica.relay_log.unreadable"),
    DUPLICATE_ROW("replica.sql.duplicate_row"),
    MISSING_ROW("replica.sql.missing_row"),
    OBJECT_DIFFERS("replica.sql.object_differs"),
    NOT_UNDERSTOOD("replica.sql.not_understood"),
    APPLYING_FAILED("replica.sql.failed"),
    DISK_FULL("replica.disk_full"),
    ERRORS_TOLERATED("replica.errors_tolerated"),
    SERVER_ID_TAKEN("replica.server_id"),
    SERVER_UUID_TAKEN("replica.server_uuid"),
    GTID_MODE("replica.gtid_mode"),
    ERRANT_TRANSACTIONS("replica.errant_transactions"),
    WENT_BACK("replica.went_back"),
    DRIFT("replica.drift"),
    ACCOUNTS_DIFFER("replica.accounts"),
    WRITABLE("replica.writable"),
    UNREACHABLE("replica.unreachable"),
    LOGIN_REFUSED("replica.login_refused"),
    HOLDS_OTHER_DATA("replica.holds_other_data"),
    OTHER_HISTORY("replica.other_history"),
    COPY_UNFINISHED("replica.copy_unfinished"),
    VERSION("replica.version"),
    PRIVILEGES("replica.privileges"),
    LOWER_CASE_TABLE_NAMES("replica.lower_case_table_names"),
    SESSION_DEFAULTS("replica.session_defaults"),
    TIME_ZONE("replica.time_zone"),
    TIME_ZONE_TABLES("replica.time_zone_tables"),
    CLOCK("replica.clock"),
    NOT_LASTING("replica.setting_not_lasting"),

    PRIMARY_UNREACHABLE("primary.unreachable"),
    PRIMARY_BINARY_LOG("primary.binary_log.off"),
    PRIMARY_BINARY_LOG_FILTERED("primary.binary_log.filtered"),
    PRIMARY_BINARY_LOG_FORMAT("primary.binary_log.format"),
    PRIMARY_BINARY_LOG_SHORT("primary.binary_log.short"),
    PRIMARY_BINARY_LOG_UNSAFE("primary.binary_log.unsafe"),
    PRIMARY_GTID_MODE("primary.gtid_mode"),
    PRIMARY_IS_REPLICA("primary.is_replica"),
    PRIMARY_READ_ONLY("primary.read_only"),
    PRIMARY_PRIVILEGES("primary.privileges"),
    PRIMARY_COPY_UNFINISHED("primary.copy_unfinished"),
    PRIMARY_WENT_BACK("primary.went_back"),
    PRIMARY_EMPTY("primary.empty"),
    PRIMARY_NO_TLS("primary.no_tls"),
    PENDING("sync.pending");

    private static final String PAGE = "docs/operating/findings.md#";

    private final String id;

    FindingKind(String id) {
        this.id = id;
    }

    /** The name by which it is known outside. */
    public String id() {
        return id;
    }

    /** Where it is explained; a heading's anchor is its text without the dots. */
    public String page() {
        return PAGE + id.replace(".", "");
    }

    public Finding because(String detail) {
        return new Finding(this, detail);
    }
}
