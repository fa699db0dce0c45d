package io.dbmanager.sync.inspect;

import java.util.List;

/**
 * A schema that belongs to the users of a server.
 *
 * @param otherObjects how many views, routines, events and sequences are in it
 */
public record SchemaFacts(String name, List<TableFacts> tables, int otherObjects) {
    public SchemaFacts {
        tables = List.copyOf(tables);
    }

    /**
     * A base table.
     *
     * @param rows exact where {@code exact}, else the server's estimate
     */
    public record TableFacts(String name, long rows, boolean exact) {}

    /** Whether nothing would be lost with it but its name. */
    public boolean isEmpty() {
        return tables.isEmpty() && otherObjects == 0;
    }

    public long rows() {
        return tables.stream().mapToLong(TableFacts::rows).sum();
    }

    /** Name, tables and row counts, for people. */
    public String describe() {
        int shown = Math.min(tables.size(), 5);
        StringBuilder text = new StringBuilder(name).append(" (");
        for (int i = 0; i < shown; i++) {
            TableFacts table = tables.get(i);
            text.append(i == 0 ? "" : ", ").append(table.name()).append(": ");
            text.append(table.exact() ? "" : "about ").append(table.rows());
            text.append(table.rows() == 1 ? " row" : " rows");
        }
        if (tables.size() > shown) {
            text.append(", and ").append(tables.size() - shown).append(" more tables");
        }
        if (otherObjects > 0) {
            text.append(shown > 0 ? "; " : "").append(otherObjects);
            text.append(" views, routines, events or sequences");
        }
        if (isEmpty()) {
            text.append("empty");
        }
        return text.append(")").toString();
    }
}
