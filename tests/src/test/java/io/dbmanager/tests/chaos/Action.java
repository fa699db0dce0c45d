package io.dbmanager.tests.chaos;

/** What a client does, as far as it matters for whether it may fail. */
enum Action {
    /** The primary has to accept each login. */
    CONNECT,
    /** By a session that has written nothing: any server will do. */
    READ,
    /** Of what the same session has written: where no replica has it, the primary has to answer. */
    OWN_READ,
    /** Stays on one server from its beginning to its end. */
    READ_ONLY_TRANSACTION,
    WRITE;

    /** Whether a fault of that part excuses a failure; without the program nothing works. */
    boolean mayFailWith(Part troubled) {
        return switch (troubled) {
            case PROGRAM, PRIMARY_AND_REPLICATION -> true;
            case PRIMARY -> this != READ;
            case REPLICA -> this == READ_ONLY_TRANSACTION;
        };
    }
}
