package io.dbmanager.sync.inspect;

import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What time a server takes it to be.
 *
 * @param utcOffsetMinutes how far local time, as new sessions have it, is ahead of UTC; this is
 *     compared, and not the zones' names, which differ with the season in which a server was
 *     started
 * @param namedZones how many time zones it knows by name
 * @param ahead how far its clock is ahead of this machine's
 * @param precision how well that could be measured
 */
public record TimeFacts(
        long utcOffsetMinutes, long namedZones, Duration ahead, Duration precision) {
    /** Smaller differences of clocks are not told: nobody's reads depend on them. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** In UTC and with this machine's clock. */
    public static final TimeFacts UTC = new TimeFacts(0, 0, Duration.ZERO, Duration.ZERO);

    public static TimeFacts read(Connection connection) throws SQLException {
        long before = System.currentTimeMillis();
        Row row =
                Queries.rows(
                                connection,
                                """
                                SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), CONVERT_TZ(
                                        UTC_TIMESTAMP(), '+00:00', @@GLOBAL.time_zone))
                                        AS offset_minutes,
                                    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000
                                        AS millis
                                """)
                        .getFirst();
        long after = System.currentTimeMillis();
        long zones =
                Queries.text(connection, "SELECT COUNT(*) FROM mysql.time_zone_name")
                        .map(Long::parseLong)
                        .orElse(0L);
        return new TimeFacts(
                row.number("offset_minutes"),
                zones,
                Duration.ofMillis(row.number("millis") - (before + after) / 2),
                Duration.ofMillis((after - before + 1) / 2));
    }

    /** How far this clock is ahead of the other by more than could be an error; else zero. */
    public Duration aheadOf(TimeFacts other) {
        Duration difference = ahead.minus(other.ahead);
        Duration unsure = TOLERANCE.plus(precision).plus(other.precision);
        return difference.abs().compareTo(unsure) > 0 ? difference : Duration.ZERO;
    }
}
