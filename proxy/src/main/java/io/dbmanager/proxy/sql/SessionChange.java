package io.dbmanager.proxy.sql;

import java.util.Optional;

/**
 * One thing a statement changes about its session, once the server has said OK.
 *
 * <p>All texts are the client's bytes, one character a byte (ISO 8859-1), whatever the client's
 * character set: write them back the same way. Names of variables are in lower case.
 */
public sealed interface SessionChange {
    /** What another backend needs to be told. */
    enum Replay {
        /** Run {@link SessionChange#replay()} there before its next statement. */
        REPLAY,
        /** Nothing: it matters on the primary only, or would weaken the guard of a replica. */
        PRIMARY_ONLY,
        /** It cannot be told: from now on reads of this session stay on the primary. */
        STAY
    }

    Replay onReplicas();

    /** The statement that does the same again; empty unless {@link Replay#REPLAY}. */
    default Optional<String> replay() {
        return Optional.empty();
    }

    /**
     * {@code SET [SESSION] name = value}.
     *
     * @param value the text of the value
     * @param literal whether the value means the same wherever and whenever it is evaluated; one to
     *     replay that is not literal reads other settings of the session, or the same one, as they
     *     were when it was run: replay it in order, and drop none before it
     */
    record SessionVariable(String name, String value, boolean literal, Replay onReplicas)
            implements SessionChange {
        /**
         * Whether reads must stay on the primary however well the value is known: each use changes
         * it, or what it collects stays where it was collected.
         */
        public boolean holdsReads() {
            return onReplicas == Replay.STAY && SystemVariables.holdsReads(name);
        }

        @Override
        public Optional<String> replay() {
            return onReplicas == Replay.REPLAY
                    ? Optional.of("SET SESSION `" + name + "`=" + value)
                    : Optional.empty();
        }
    }

    /**
     * {@code @name} has another value. Without a literal the value exists only where it was set:
     * statements that read the variable stay there, all others are free.
     *
     * @param name without the {@code @} and without quotes, in lower case
     * @param value the text of the value; empty where there is none to see
     */
    record UserVariable(String name, String value, boolean literal) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return literal ? Replay.REPLAY : Replay.PRIMARY_ONLY;
        }

        @Override
        public Optional<String> replay() {
            return literal
                    ? Optional.of("SET @`" + name.replace("`", "``") + "`=" + value)
                    : Optional.empty();
        }
    }

    /**
     * {@code SET NAMES}.
     *
     * @param charset as written: may be quoted, or DEFAULT
     * @param collation as written; empty text for none
     */
    record Names(String charset, String collation) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.REPLAY;
        }

        @Override
        public Optional<String> replay() {
            return Optional.of(
                    "SET NAMES " + charset + (collation.isEmpty() ? "" : " COLLATE " + collation));
        }
    }

    /** {@code SET CHARACTER SET}; also takes the schema's collation for the connection. */
    record CharacterSet(String charset) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.REPLAY;
        }

        @Override
        public Optional<String> replay() {
            return Optional.of("SET CHARACTER SET " + charset);
        }
    }

    /**
     * {@code USE}.
     *
     * @param name without quotes
     */
    record Schema(String name) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.REPLAY;
        }

        @Override
        public Optional<String> replay() {
            return Optional.of("USE `" + name.replace("`", "``") + "`");
        }
    }

    /**
     * {@code SET [SESSION] TRANSACTION}. Never replayed as a whole: an access mode would lift the
     * guard of a replica.
     *
     * @param nextOnly without SESSION: for the next transaction, which may be a single statement
     * @param isolation such as {@code READ COMMITTED}; empty text where it sets an access mode only
     */
    record TransactionCharacteristics(boolean nextOnly, String isolation) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return nextOnly || isolation.isEmpty() ? Replay.PRIMARY_ONLY : Replay.REPLAY;
        }

        @Override
        public Optional<String> replay() {
            return onReplicas() == Replay.REPLAY
                    ? Optional.of("SET SESSION TRANSACTION ISOLATION LEVEL " + isolation)
                    : Optional.empty();
        }
    }

    /** {@code SET ROLE}, as written. */
    record Role(String text) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.REPLAY;
        }

        @Override
        public Optional<String> replay() {
            return Optional.of(text);
        }
    }

    /** {@code SET GLOBAL}, {@code PERSIST} or {@code PERSIST_ONLY}: nothing of the session's. */
    record GlobalOrPersist(String name) implements SessionChange {
        /** Whether connections opened from now on take larger or smaller packets. */
        public boolean setsPacketLimit() {
            return name.equals("max_allowed_packet") || name.equals("net_buffer_length");
        }

        @Override
        public Replay onReplicas() {
            return Replay.PRIMARY_ONLY;
        }
    }

    /** {@code SET PASSWORD}. */
    record Password() implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.PRIMARY_ONLY;
        }
    }

    /**
     * A table that only this session's backend has, or a table gone that may have been one.
     *
     * @param name with the schema before a dot where the statement named one; without quotes, in
     *     lower case
     */
    record TemporaryTable(String name, boolean created) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.PRIMARY_ONLY;
        }
    }

    /**
     * A statement prepared by its text, which only this session's backend has, or one gone.
     *
     * @param name without quotes, in lower case
     */
    record TextPrepared(String name, boolean created) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.PRIMARY_ONLY;
        }
    }

    /**
     * A user lock that the session may hold now.
     *
     * @param name the literal as written, with its quotes
     */
    record UserLock(String name) implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.PRIMARY_ONLY;
        }
    }

    /** A SET that is not understood, or cannot be told to another backend. */
    record Other() implements SessionChange {
        @Override
        public Replay onReplicas() {
            return Replay.STAY;
        }
    }
}
