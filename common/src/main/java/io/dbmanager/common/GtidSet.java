package io.dbmanager.common;

/**
 * The transactions a server has, by their global identifiers. Sets of different flavours never
 * compare: mixing them is a programming error and throws {@link IllegalArgumentException}.
 */
public sealed interface GtidSet permits MySqlGtidSet, MariaDbGtidSet {
    /** Whether every transaction of {@code other} is in this set. */
    boolean contains(GtidSet other);

    /** What this set has and {@code other} has not. */
    GtidSet subtract(GtidSet other);

    /** All transactions of both. */
    GtidSet union(GtidSet other);

    boolean isEmpty();

    /** The form that the flavour's own statements read; empty for an empty set. */
    @Override
    String toString();

    static GtidSet parse(Flavour flavour, String text) {
        return switch (flavour) {
            case MYSQL -> MySqlGtidSet.parse(text);
            case MARIADB -> MariaDbGtidSet.parse(text);
        };
    }
}
