package io.dbmanager.sync.seed;

import java.util.Comparator;

/** A table, view, routine or other object of a schema; both names are {@link Packed}. */
record TableName(String schema, String name) implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER =
            Comparator.comparing(TableName::schema).thenComparing(TableName::name);

    /** As a statement names it. */
    String sql() {
        return Packed.quoteName(schema) + "." + Packed.quoteName(name);
    }

    /** For people. */
    String display() {
        return Packed.toText(schema) + "." + Packed.toText(name);
    }

    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }
}
