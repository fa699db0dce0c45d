package io.dbmanager.proxy.sql;

import static io.dbmanager.proxy.sql.Keyword.Property.RESERVED;
import static io.dbmanager.proxy.sql.Keyword.Property.VERB;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The words that decide what a statement is. All others are names to us. */
enum Keyword {
    // Verbs: a statement may begin with them.
    ALTER(VERB),
    ANALYZE(VERB),
    BACKUP(VERB),
    BEGIN(VERB),
    BINLOG(VERB),
    CACHE(VERB),
    CALL(VERB),
    CHANGE(VERB),
    CHECK(VERB),
    CHECKSUM(VERB),
    CLONE(VERB),
    COMMIT(VERB),
    CREATE(VERB),
    DEALLOCATE(VERB),
    DELETE(VERB),
    DESC(VERB),
    DESCRIBE(VERB),
    DO(VERB),
    DROP(VERB),
    EXECUTE(VERB),
    EXPLAIN(VERB),
    FLUSH(VERB),
    GET(VERB),
    GRANT(VERB),
    HANDLER(VERB),
    HELP(VERB),
    IMPORT(VERB),
    INSERT(VERB),
    INSTALL(VERB),
    KILL(VERB),
    LOAD(VERB),
    LOCK(VERB),
    OPTIMIZE(VERB),
    PREPARE(VERB),
    PURGE(VERB),
    RELEASE(VERB),
    RENAME(VERB),
    REPAIR(VERB),
    REPLACE(VERB),
    RESET(VERB),
    RESIGNAL(VERB),
    RESTART(VERB),
    REVOKE(VERB),
    ROLLBACK(VERB),
    SAVEPOINT(VERB),
    SELECT(VERB, RESERVED),
    SET(VERB),
    SHOW(VERB),
    SHUTDOWN(VERB),
    SIGNAL(VERB),
    START(VERB),
    STOP(VERB),
    TABLE(VERB, RESERVED),
    TRUNCATE(VERB),
    UNINSTALL(VERB),
    UNLOCK(VERB),
    UPDATE(VERB, RESERVED),
    USE(VERB, RESERVED),
    VALUES(VERB, RESERVED),
    WITH(VERB, RESERVED),
    XA(VERB),

    // Reserved everywhere: before a parenthesis they are never a stored function's name.
    ALL(RESERVED),
    AND(RESERVED),
    AS(RESERVED),
    BETWEEN(RESERVED),
    BINARY(RESERVED),
    BY(RESERVED),
    CASE(RESERVED),
    CHAR(RESERVED),
    CHARACTER(RESERVED),
    COLLATE(RESERVED),
    DECIMAL(RESERVED),
    DISTINCT(RESERVED),
    DISTINCTROW(RESERVED),
    DIV(RESERVED),
    DOUBLE(RESERVED),
    DUAL(RESERVED),
    ELSE(RESERVED),
    EXISTS(RESERVED),
    FLOAT(RESERVED),
    FOR(RESERVED),
    FORCE(RESERVED),
    FROM(RESERVED),
    GROUP(RESERVED),
    HAVING(RESERVED),
    HIGH_PRIORITY(RESERVED),
    IGNORE(RESERVED),
    IN(RESERVED),
    INDEX(RESERVED),
    INTERVAL(RESERVED),
    INTO(RESERVED),
    IS(RESERVED),
    JOIN(RESERVED),
    KEY(RESERVED),
    LIKE(RESERVED),
    LIMIT(RESERVED),
    NOT(RESERVED),
    NULL(RESERVED),
    NUMERIC(RESERVED),
    ON(RESERVED),
    OR(RESERVED),
    ORDER(RESERVED),
    OUTFILE(RESERVED),
    PARTITION(RESERVED),
    PROCEDURE(RESERVED),
    REGEXP(RESERVED),
    RLIKE(RESERVED),
    /** Not reserved everywhere, but {@code ROW(} is always a row. */
    ROW(RESERVED),
    SQL_BIG_RESULT(RESERVED),
    SQL_CALC_FOUND_ROWS(RESERVED),
    SQL_SMALL_RESULT(RESERVED),
    STRAIGHT_JOIN(RESERVED),
    THEN(RESERVED),
    UNION(RESERVED),
    USING(RESERVED),
    VARCHAR(RESERVED),
    WHEN(RESERVED),
    WHERE(RESERVED),
    XOR(RESERVED),

    // Words that mean something in one place only.
    ANY,
    CHAIN,
    CHARSET,
    COLUMNS,
    CONNECTION,
    CURRVAL,
    DATABASE,
    DEFAULT,
    DIAGNOSTICS,
    DUMPFILE,
    END,
    EVENT,
    EXCEPT,
    EXTENDED,
    FALSE,
    FORMAT,
    FUNCTION,
    GLOBAL,
    HARD,
    IDENTIFIED,
    IF,
    IMMEDIATE,
    INSTANCE,
    INTERSECT,
    ISOLATION,
    LATERAL,
    LEVEL,
    LOCAL,
    MEMBER,
    NAMES,
    NEXT,
    NEXTVAL,
    NO,
    OF,
    OFF,
    ONLY,
    OPEN,
    PACKAGE,
    PARTITIONS,
    PASSWORD,
    PERSIST,
    PERSIST_ONLY,
    PREVIOUS,
    PROXY,
    QUERY,
    READ,
    RECURSIVE,
    ROLE,
    ROLLUP,
    ROUTE,
    SCHEMA,
    SESSION,
    SHARE,
    SOFT,
    SOME,
    STAGE,
    STATEMENT,
    STATUS,
    TABLES,
    TEMPORARY,
    TO,
    TRANSACTION,
    TRIGGER,
    TRUE,
    VALUE,
    WORK,
    WRITE;

    enum Property {
        VERB,
        RESERVED
    }

    private static final WordTable<Keyword> BY_WORD =
            new WordTable<>(
                    Arrays.stream(values())
                            .collect(
                                    Collectors.toMap(
                                            k -> k.name().toLowerCase(Locale.ROOT), k -> k)));

    private final boolean verb;
    private final boolean reserved;

    Keyword(Property... properties) {
        Set<Property> all = EnumSet.noneOf(Property.class);
        all.addAll(Arrays.asList(properties));
        verb = all.contains(VERB);
        reserved = all.contains(RESERVED);
    }

    static WordTable<Keyword> table() {
        return BY_WORD;
    }

    boolean isVerb() {
        return verb;
    }

    /** Whether {@code WORD (} can be nothing but this word followed by a parenthesis. */
    boolean isReserved() {
        return reserved;
    }

    boolean startsQuery() {
        return this == SELECT || this == WITH || this == TABLE || this == VALUES;
    }
}
