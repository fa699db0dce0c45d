package io.dbmanager.tests.chaos;

/** What a fault befalls. */
enum Part {
    REPLICA,
    PRIMARY,
    /** It answers in between, so that replicas that cannot follow it for now are not read from. */
    PRIMARY_AND_REPLICATION,
    PROGRAM
}
