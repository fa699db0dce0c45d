package io.dbmanager.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A MySQL GTID set: {@code uuid[:tag]:interval[:interval]...}, comma separated, where an interval
 * is {@code n} or {@code first-last} and a tag (MySQL 8.3 and later) begins with a letter or an
 * underscore. One UUID may carry several tags in a row: {@code uuid:1-3:tag:1-5}.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/replication-gtids-concepts.html">GTID
 *     Format and Storage</a>
 */
public final class MySqlGtidSet implements GtidSet {
    private static final MySqlGtidSet EMPTY = new MySqlGtidSet(new TreeMap<>());

    /**
     * Keyed by {@code uuid} or {@code uuid:tag} in lower case; each list is sorted, disjoint and
     * merged.
     */
    private final TreeMap<String, List<Interval>> intervals;

    /** Both ends belong to it; first is at least 1. */
    private record Interval(long first, long last) {
        Interval {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException(
                        "'" + first + "-" + last + "' is not an interval of transaction numbers");
            }
        }

        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    private MySqlGtidSet(TreeMap<String, List<Interval>> intervals) {
        this.intervals = intervals;
    }

    public static MySqlGtidSet empty() {
        return EMPTY;
    }

    /**
     * Reads {@code gtid_executed} or a single GTID. White space and line breaks are ignored.
     *
     * @throws IllegalArgumentException if the text is no GTID set
     */
    public static MySqlGtidSet parse(String text) {
        TreeMap<String, List<Interval>> parsed = new TreeMap<>();
        String bare = text.replaceAll("\\s", "");
        for (String part : bare.isEmpty() ? new String[0] : bare.split(",")) {
            if (!part.isEmpty()) {
                parseSource(part, parsed, text);
            }
        }
        parsed.replaceAll((_, list) -> merge(list));
        return new MySqlGtidSet(parsed);
    }

    private static void parseSource(
            String part, Map<String, List<Interval>> into, String wholeText) {
        String[] pieces = part.split(":");
        if (pieces.length < 2) {
            throw notAGtidSet(wholeText);
        }
        String uuid;
        try {
            uuid = UUID.fromString(pieces[0]).toString();
        } catch (IllegalArgumentException _) {
            throw notAGtidSet(wholeText);
        }
        if (isTag(pieces[pieces.length - 1])) {
            throw notAGtidSet(wholeText);
        }
        String key = uuid;
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i];
            if (isTag(piece)) {
                key = uuid + ":" + piece.toLowerCase(java.util.Locale.ROOT);
            } else {
                into.computeIfAbsent(key, _ -> new ArrayList<>())
                        .add(parseInterval(piece, wholeText));
            }
        }
    }

    private static boolean isTag(String piece) {
        return !piece.isEmpty() && (Character.isLetter(piece.charAt(0)) || piece.charAt(0) == '_');
    }

    private static Interval parseInterval(String piece, String wholeText) {
        try {
            int dash = piece.indexOf('-');
            long first = Long.parseLong(dash < 0 ? piece : piece.substring(0, dash));
            long last = dash < 0 ? first : Long.parseLong(piece.substring(dash + 1));
            return new Interval(first, last);
        } catch (NumberFormatException _) {
            throw notAGtidSet(wholeText);
        }
    }

    private static IllegalArgumentException notAGtidSet(String text) {
        return new IllegalArgumentException("'" + text + "' is not a MySQL GTID set");
    }

    private static List<Interval> merge(List<Interval> list) {
        List<Interval> sorted = new ArrayList<>(list);
        sorted.sort(java.util.Comparator.comparingLong(Interval::first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && next.first() <= last.last() + 1) {
                merged.set(
                        merged.size() - 1,
                        new Interval(last.first(), Math.max(last.last(), next.last())));
            } else {
                merged.add(next);
            }
        }
        return List.copyOf(merged);
    }

    @Override
    public boolean contains(GtidSet other) {
        return same(other).subtract(this).isEmpty();
    }

    @Override
    public MySqlGtidSet subtract(GtidSet other) {
        MySqlGtidSet minus = same(other);
        TreeMap<String, List<Interval>> left = new TreeMap<>();
        intervals.forEach((key, own) -> {
            List<Interval> rest = subtract(own, minus.intervals.getOrDefault(key, List.of()));
            if (!rest.isEmpty()) {
                left.put(key, rest);
            }
        });
        return new MySqlGtidSet(left);
    }

    private static List<Interval> subtract(List<Interval> from, List<Interval> what) {
        List<Interval> left = new ArrayList<>();
        for (Interval interval : from) {
            long next = interval.first();
            for (Interval hole : what) {
                if (hole.last() < next || hole.first() > interval.last()) {
                    continue;
                }
                if (hole.first() > next) {
                    left.add(new Interval(next, hole.first() - 1));
                }
                next = hole.last() + 1;
            }
            if (next <= interval.last()) {
                left.add(new Interval(next, interval.last()));
            }
        }
        return List.copyOf(left);
    }

    @Override
    public MySqlGtidSet union(GtidSet other) {
        TreeMap<String, List<Interval>> all = new TreeMap<>(intervals);
        same(other)
                .intervals
                .forEach((key, theirs) ->
                        all.merge(
                                key,
                                theirs,
                                (a, b) -> {
                                    List<Interval> both = new ArrayList<>(a);
                                    both.addAll(b);
                                    return merge(both);
                                }));
        return new MySqlGtidSet(all);
    }

    private static MySqlGtidSet same(GtidSet other) {
        if (other instanceof MySqlGtidSet mySql) {
            return mySql;
        }
        throw new IllegalArgumentException("a MariaDB GTID set does not compare with a MySQL one");
    }

    @Override
    public boolean isEmpty() {
        return intervals.isEmpty();
    }

    /** How many transactions are in the set. */
    public long size() {
        return intervals.values().stream()
                .flatMap(List::stream)
                .mapToLong(interval -> interval.last() - interval.first() + 1)
                .sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MySqlGtidSet set && set.intervals.equals(intervals);
    }

    @Override
    public int hashCode() {
        return Objects.hash(intervals);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        intervals.forEach((key, list) -> {
            StringJoiner source = new StringJoiner(":");
            source.add(key);
            list.forEach(interval -> source.add(interval.toString()));
            text.add(source.toString());
        });
        return text.toString();
    }
}
