package io.dbmanager.sync.inspect;

import io.dbmanager.common.MariaDbGtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * MariaDB's {@code @@gtid_binlog_state}: for each domain and each server that wrote into the binary
 * log, the last number. Unlike a position it shows who wrote what, and so what a replica has
 * written itself.
 *
 * @param last the last number by {@code domain-server}
 */
public record BinlogState(Map<String, Long> last) {
    public static final BinlogState NONE = new BinlogState(Map.of());

    public BinlogState {
        last = Map.copyOf(last);
    }

    public static BinlogState parse(String text) {
        Map<String, Long> last = new TreeMap<>();
        for (String gtid : text.split(",")) {
            String[] parts = gtid.strip().split("-");
            if (parts.length == 3) {
                last.merge(parts[0] + "-" + parts[1], Long.parseUnsignedLong(parts[2]), Math::max);
            }
        }
        return new BinlogState(last);
    }

    /** What {@code serverId} wrote here and {@code other} does not have. */
    public MariaDbGtidSet writtenBy(long serverId, BinlogState other) {
        List<String> own = new ArrayList<>();
        last.forEach((writer, number) -> {
            boolean known = other.last.getOrDefault(writer, 0L) >= number;
            if (writer.endsWith("-" + serverId) && !known) {
                own.add(writer + "-" + number);
            }
        });
        return MariaDbGtidSet.parse(String.join(",", own));
    }
}
