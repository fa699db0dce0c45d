package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.protocol.Capabilities;
import org.jspecify.annotations.Nullable;

/**
 * What the pool knows of one of its connections: as whom it is logged in, what cannot be changed on
 * it, and its place among those that are lent, which are kept in the order of their last use.
 */
final class Lease {
    /** They shape the login alone, not what follows. */
    private static final long OF_LOGINS =
            Capabilities.CONNECT_WITH_DB
                    | Capabilities.CONNECT_ATTRS
                    | Capabilities.PLUGIN_AUTH
                    | Capabilities.PLUGIN_AUTH_LENENC
                    | Capabilities.LONG_PASSWORD
                    | Capabilities.NEAR;

    private final ServerPool pool;
    private final BackendConnection connection;
    private final long capabilities;
    private final boolean insistOnTls;
    private final long openedAt;
    private String user;
    private long provenAt;

    /** The current schema; null if it is not known. */
    private @Nullable String schema;

    /** Nothing on it stems from who had it before. */
    private boolean clean = true;

    /** It can serve nobody but the one that has it. */
    private boolean spoiled;

    /** A reset does not undo everything; a login does. */
    private boolean needsLogin;

    /** Whose connection takes its place when it has been closed. */
    private @Nullable Wish heir;

    private boolean lent;
    private long spareSince;
    @Nullable Lease before;
    @Nullable Lease after;

    /**
     * @param openedAt when the login began, by {@link System#nanoTime}
     */
    Lease(ServerPool pool, BackendConnection connection, BackendLogin login, long openedAt) {
        this.pool = pool;
        this.connection = connection;
        this.capabilities = shaping(login);
        this.insistOnTls = login.insistOnTls();
        this.user = login.user();
        this.openedAt = openedAt;
        this.provenAt = openedAt;
        this.schema = login.schema();
    }

    private static long shaping(BackendLogin login) {
        return login.capabilities() & ~OF_LOGINS;
    }

    /** When its login began, by {@link System#nanoTime}. */
    long openedAt() {
        return openedAt;
    }

    ServerPool pool() {
        return pool;
    }

    BackendConnection connection() {
        return connection;
    }

    /** Whether a session that speaks like this can use it at all. */
    boolean suits(BackendLogin login) {
        return !spoiled && capabilities == shaping(login) && insistOnTls == login.insistOnTls();
    }

    /**
     * Whether this very account was let in by the server at {@code since} or later, so that a reset
     * is enough.
     */
    boolean isProven(BackendLogin login, long since) {
        return user.equals(login.user())
                && provenAt - since >= 0
                && !needsLogin
                && (!login.schema().isEmpty() || "".equals(schema))
                // A login, but not a reset, gives these clients their own wait_timeout.
                && !Capabilities.has(login.capabilities(), Capabilities.INTERACTIVE);
    }

    void loggedIn(BackendLogin login, long at) {
        user = login.user();
        provenAt = at;
        schema = login.schema();
        needsLogin = false;
        clean = true;
    }

    long provenAt() {
        return provenAt;
    }

    @Nullable String schema() {
        return schema;
    }

    /** As its holder leaves it. */
    void left(@Nullable String schemaNow) {
        schema = schemaNow;
        clean = false;
    }

    boolean isClean() {
        return clean;
    }

    void cleaned() {
        clean = true;
    }

    void used() {
        clean = false;
    }

    void spoil() {
        spoiled = true;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    void needLogin() {
        needsLogin = true;
    }

    void makeRoomFor(Wish wish) {
        heir = wish;
    }

    @Nullable Wish heir() {
        return heir;
    }

    boolean isLent() {
        return lent;
    }

    void lent(boolean now) {
        lent = now;
    }

    long spareSince() {
        return spareSince;
    }

    void spareSince(long nanos) {
        spareSince = nanos;
    }
}
