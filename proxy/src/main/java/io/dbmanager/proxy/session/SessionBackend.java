package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.BackendConnection;
import java.util.IdentityHashMap;

/** One of a session's backends, with what it has been told of the session. */
final class SessionBackend {
    /** A statement of the session's as this backend knows it. */
    static final class Prepared {
        private final int id;

        /** Which of the parameter types the client ever sent it has been given; 0 for none. */
        private long typesVersion;

        Prepared(int id) {
            this.id = id;
        }

        int id() {
            return id;
        }

        long typesVersion() {
            return typesVersion;
        }

        void typesVersion(long version) {
            typesVersion = version;
        }
    }

    private final BackendConnection connection;
    private final boolean primary;
    private final IdentityHashMap<PreparedStatement, Prepared> prepared = new IdentityHashMap<>();
    private long told;
    private String schema;

    SessionBackend(BackendConnection connection, boolean primary, String schema) {
        this.connection = connection;
        this.primary = primary;
        this.schema = schema;
    }

    BackendConnection connection() {
        return connection;
    }

    boolean isPrimary() {
        return primary;
    }

    /** The replica's name; null for the primary. */
    @org.jspecify.annotations.Nullable
    String replicaName() {
        return primary ? null : connection.server().name();
    }

    IdentityHashMap<PreparedStatement, Prepared> prepared() {
        return prepared;
    }

    /** Up to which version of the session's memory it has been told. */
    long told() {
        return told;
    }

    void told(long version) {
        told = version;
    }

    String schema() {
        return schema;
    }

    void schema(String name) {
        schema = name;
    }
}
