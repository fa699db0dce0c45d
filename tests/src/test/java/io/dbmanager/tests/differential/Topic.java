package io.dbmanager.tests.differential;

/** What a sequence is about. Each has some topics only, so that they do not hide each other. */
enum Topic {
    USER_VARIABLES,
    SESSION_VARIABLES,
    NAMES,
    SCHEMAS,
    TRANSACTIONS,
    AUTOCOMMIT,
    TEMPORARY_TABLES,
    TABLE_LOCKS,
    USER_LOCKS,
    TEXT_PREPARED,
    BINARY_PREPARED,
    MULTI_STATEMENTS,
    DIAGNOSTICS,
    ERRORS,
    ROUTINES,
    TRIGGERS,
    DEFINITIONS,
    SEQUENCES,
    COMMANDS,
    SCHEMA_QUESTIONS,
    SHARED_TABLE
}
