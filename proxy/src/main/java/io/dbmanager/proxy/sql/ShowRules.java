package io.dbmanager.proxy.sql;

import java.util.HashMap;
import java.util.Map;

/** SHOW: of schema objects, of a server's state, or of the last statement. */
final class ShowRules {
    private enum Subject {
        OBJECTS,
        SERVER,
        LAST_STATEMENT
    }

    private static final WordTable<Boolean> MODIFIERS =
            new WordTable<>(
                    Map.of(
                            "full",
                            true,
                            "extended",
                            true,
                            "global",
                            true,
                            "session",
                            true,
                            "local",
                            true,
                            "storage",
                            true,
                            "all",
                            true));

    private static final WordTable<Boolean> GRANTS = new WordTable<>(Map.of("grants", true));

    private static final WordTable<Boolean> PROCESSES =
            new WordTable<>(Map.of("processlist", true));

    private static final String OBJECTS =
            """
            character charset collation columns create databases fields function grants index
            indexes keys library package privileges procedure schemas table tables triggers
            """;

    private static final String OF_THE_SERVER =
            """
            analyze authors binary binlog client_statistics contributors engine engines events
            explain index_statistics locales master open plugins processlist query_response_time
            relaylog replica replicas replication slave slaves status table_statistics
            user_statistics variables wsrep_membership wsrep_status
            """;

    private static final String ABOUT_LAST = "count errors profile profiles warnings";

    private static final WordTable<Subject> SUBJECTS = new WordTable<>(subjects());

    private final Lexer lexer;
    private final Findings found;
    private final BodyScanner body;

    ShowRules(Lexer lexer, Findings found, BodyScanner body) {
        this.lexer = lexer;
        this.found = found;
        this.body = body;
    }

    private static Map<String, Subject> subjects() {
        Map<String, Subject> all = new HashMap<>();
        put(all, OBJECTS, Subject.OBJECTS);
        put(all, OF_THE_SERVER, Subject.SERVER);
        put(all, ABOUT_LAST, Subject.LAST_STATEMENT);
        return all;
    }

    private static void put(Map<String, Subject> all, String words, Subject subject) {
        for (String word : words.strip().split("\\s+")) {
            all.put(word, subject);
        }
    }

    /** The lexer stands on the word after SHOW. */
    void apply() {
        if (lexer.is(Keyword.PROXY) && isProxyStatus()) {
            return;
        }
        while (lexer.token() == Token.WORD && lexer.find(MODIFIERS) != null) {
            lexer.next();
        }
        Subject subject = lexer.token() == Token.WORD ? lexer.find(SUBJECTS) : null;
        boolean create = lexer.is(Keyword.CREATE);
        // A grantee's host looks like a user variable.
        boolean namesOnly = create || lexer.find(GRANTS) != null;
        if (subject == null) {
            found.is(StatementKind.PRIMARY_READ, Reasons.SHOW_UNKNOWN);
        } else {
            switch (subject) {
                case OBJECTS -> found.is(StatementKind.READ, Reasons.SHOW_OBJECTS);
                case SERVER -> found.is(StatementKind.SERVER_STATE, Reasons.SHOW_SERVER);
                case LAST_STATEMENT -> found.is(StatementKind.DIAGNOSTIC, Reasons.LAST_STATEMENT);
            }
            if (lexer.find(PROCESSES) != null) {
                found.trait(Traits.LISTS_PROCESSES);
            }
            if (subject == Subject.OBJECTS) {
                found.trait(Traits.NAMES_TABLE);
                lexer.next();
                // Events are switched off on replicas, and shown so there.
                if (create && lexer.is(Keyword.EVENT)) {
                    found.is(StatementKind.SERVER_STATE, Reasons.SHOW_SERVER);
                }
            }
        }
        scanRest(namesOnly);
    }

    /** A WHERE may hold anything an expression can. */
    private void scanRest(boolean namesOnly) {
        if (namesOnly) {
            lexer.skipToEnd();
        } else {
            body.scanQuery();
        }
    }

    private boolean isProxyStatus() {
        lexer.next();
        if (!lexer.is(Keyword.STATUS)) {
            return false;
        }
        Token after = lexer.next();
        if (after != Token.END && after != Token.SEMICOLON) {
            return false;
        }
        found.is(StatementKind.SHOW_PROXY_STATUS, Reasons.EXPLAIN_ROUTE);
        return true;
    }
}
