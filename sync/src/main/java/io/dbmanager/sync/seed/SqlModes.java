package io.dbmanager.sync.seed;

import io.dbmanager.common.ServerVersion;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The {@code sql_mode} of stored programs across versions. */
final class SqlModes {
    /** Gone in MySQL 8.0, which refuses a mode that names one of them (1231). */
    private static final Set<String> GONE_IN_MYSQL_8 =
            Set.of(
                    "NO_AUTO_CREATE_USER",
                    "DB2",
                    "MAXDB",
                    "MSSQL",
                    "MYSQL323",
                    "MYSQL40",
                    "ORACLE",
                    "POSTGRESQL",
                    "NO_FIELD_OPTIONS",
                    "NO_KEY_OPTIONS",
                    "NO_TABLE_OPTIONS");

    private SqlModes() {}

    /** The modes that a version knows, of those given, comma separated. */
    static String known(String modes, ServerVersion version) {
        if (version.isMariaDb() || !version.atLeast(8, 0, 0)) {
            return modes;
        }
        return Arrays.stream(modes.split(","))
                .filter(mode -> !GONE_IN_MYSQL_8.contains(mode))
                .collect(Collectors.joining(","));
    }
}
