package io.dbmanager.tests.chaos;

/** What a fault befalls. */
enum Part {
    REPLICA,
    PRIMARY,
    PROGRAM
}
