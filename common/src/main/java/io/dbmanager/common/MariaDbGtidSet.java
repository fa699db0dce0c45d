package io.dbmanager.common;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A MariaDB GTID position: {@code domain-server-sequence}, comma separated. Within a domain the
 * sequence numbers rise along the binary log, so a position stands for everything up to it and one
 * entry a domain is a set. Which server wrote the last transaction does not order positions; it
 * shows a fork when two servers wrote the same number.
 *
 * @see <a href="https://mariadb.com/kb/en/gtid/">Global Transaction ID</a>
 */
public final class MariaDbGtidSet implements GtidSet {
    private static final MariaDbGtidSet EMPTY = new MariaDbGtidSet(new TreeMap<>());

    private final TreeMap<Long, Gtid> byDomain;

    private record Gtid(long domain, long server, long sequence) {
        @Override
        public String toString() {
            return domain + "-" + server + "-" + Long.toUnsignedString(sequence);
        }
    }

    private MariaDbGtidSet(TreeMap<Long, Gtid> byDomain) {
        this.byDomain = byDomain;
    }

    public static MariaDbGtidSet empty() {
        return EMPTY;
    }

    /**
     * Reads {@code @@gtid_current_pos}, {@code @@gtid_binlog_pos}, {@code @@last_gtid} or their
     * like. Of two entries of one domain (as in {@code @@gtid_binlog_state}) the later counts.
     *
     * @throws IllegalArgumentException if the text is no GTID position
     */
    public static MariaDbGtidSet parse(String text) {
        TreeMap<Long, Gtid> parsed = new TreeMap<>();
        String bare = text.replaceAll("\\s", "");
        for (String part : bare.isEmpty() ? new String[0] : bare.split(",")) {
            if (!part.isEmpty()) {
                Gtid gtid = parseGtid(part, text);
                parsed.merge(gtid.domain(), gtid, MariaDbGtidSet::later);
            }
        }
        return new MariaDbGtidSet(parsed);
    }

    private static Gtid parseGtid(String part, String wholeText) {
        String[] numbers = part.split("-");
        try {
            if (numbers.length == 3) {
                return new Gtid(
                        Long.parseLong(numbers[0]),
                        Long.parseLong(numbers[1]),
                        Long.parseUnsignedLong(numbers[2]));
            }
        } catch (NumberFormatException _) {
            // Falls through to the one sentence below.
        }
        throw new IllegalArgumentException("'" + wholeText + "' is not a MariaDB GTID position");
    }

    private static Gtid later(Gtid a, Gtid b) {
        return Long.compareUnsigned(a.sequence(), b.sequence()) >= 0 ? a : b;
    }

    /** Whether this position has reached {@code other} in each of its domains. */
    @Override
    public boolean contains(GtidSet other) {
        return same(other).subtract(this).isEmpty();
    }

    /**
     * The domains in which this position is beyond {@code other}, or has the same number from
     * another server.
     */
    @Override
    public MariaDbGtidSet subtract(GtidSet other) {
        MariaDbGtidSet minus = same(other);
        TreeMap<Long, Gtid> left = new TreeMap<>();
        byDomain.forEach((domain, own) -> {
            Gtid theirs = minus.byDomain.get(domain);
            if (theirs == null || isBeyond(own, theirs)) {
                left.put(domain, own);
            }
        });
        return new MariaDbGtidSet(left);
    }

    private static boolean isBeyond(Gtid own, Gtid theirs) {
        int order = Long.compareUnsigned(own.sequence(), theirs.sequence());
        return order > 0 || (order == 0 && own.server() != theirs.server());
    }

    @Override
    public MariaDbGtidSet union(GtidSet other) {
        TreeMap<Long, Gtid> all = new TreeMap<>(byDomain);
        for (Map.Entry<Long, Gtid> entry : same(other).byDomain.entrySet()) {
            all.merge(entry.getKey(), entry.getValue(), MariaDbGtidSet::later);
        }
        return new MariaDbGtidSet(all);
    }

    private static MariaDbGtidSet same(GtidSet other) {
        if (other instanceof MariaDbGtidSet mariaDb) {
            return mariaDb;
        }
        throw new IllegalArgumentException("a MySQL GTID set does not compare with a MariaDB one");
    }

    @Override
    public boolean isEmpty() {
        return byDomain.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MariaDbGtidSet set && set.byDomain.equals(byDomain);
    }

    @Override
    public int hashCode() {
        return byDomain.hashCode();
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        byDomain.values().forEach(gtid -> text.add(gtid.toString()));
        return text.toString();
    }
}
