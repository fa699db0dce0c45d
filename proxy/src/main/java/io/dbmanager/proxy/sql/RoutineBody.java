package io.dbmanager.proxy.sql;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the body of a stored function for what it does beyond reading. Errs towards finding
 * something: what is assigned and not declared, or called and not known, counts.
 */
public final class RoutineBody {
    /** They stand before parentheses in a body and call nothing: types, and words of statements. */
    private static final Set<String> NO_FUNCTIONS =
            Set.of(
                    ("bigint bit blob boolean bool dec elseif enum fixed int int1 int2 int3 int4"
                                    + " int8 integer json long longblob longtext mediumblob"
                                    + " mediumint mediumtext middleint nchar number numeric"
                                    + " nvarchar raw real return smallint text tinyblob tinyint"
                                    + " tinytext until varbinary varchar2 varcharacter vector"
                                    + " when while")
                            .split(" "));

    /** Any of these, and the function leaves something behind or depends on its session. */
    private static final int LOUD =
            Traits.READS_USER_VARIABLE
                    | Traits.WRITES_USER_VARIABLE
                    | Traits.TAKES_USER_LOCK
                    | Traits.USES_SEQUENCE
                    | Traits.NEEDS_LAST_INSERT_ID
                    | Traits.USES_CONNECTION_ID
                    | Traits.CALCULATES_FOUND_ROWS
                    | Traits.WRITES_FILE;

    private final Lexer lexer = new Lexer();
    private final Set<String> declared = new HashSet<>();

    private RoutineBody() {}

    /**
     * The functions it calls that are not built in, in lower case; empty where the body does more
     * than read or is not understood.
     *
     * @param body without parameters and characteristics, as the server keeps it
     */
    public static Optional<List<String>> calls(byte[] body, SqlContext context) {
        Lexer lexer = new Lexer();
        Findings found = new Findings();
        lexer.begin(body, 0, body.length, context);
        found.clear();
        lexer.next();
        new BodyScanner(lexer, found).scanRoutine();
        boolean reads =
                found.kind() == StatementKind.READ || found.kind() == StatementKind.FUNCTION_READ;
        boolean understood = lexer.token() == Token.END && !lexer.isDoubtful();
        if (!reads || !understood || found.has(LOUD)) {
            return Optional.empty();
        }
        RoutineBody second = new RoutineBody();
        second.lexer.begin(body, 0, body.length, context);
        if (!second.assignsOnlyWhatItDeclares()) {
            return Optional.empty();
        }
        return Optional.of(
                found.functions().stream().filter(name -> !NO_FUNCTIONS.contains(name)).toList());
    }

    /** Also without statements that change the session or call procedures. */
    private boolean assignsOnlyWhatItDeclares() {
        Token token = lexer.next();
        boolean handlerFollows = false;
        while (token != Token.END) {
            Keyword word = lexer.keyword();
            String name = token == Token.WORD ? lexer.lowerName() : "";
            if (word == Keyword.SET) {
                if (!assigns()) {
                    return false;
                }
            } else if (name.equals("declare")) {
                declare();
            } else if (word == Keyword.CALL
                    || word == Keyword.LOCK
                    || word == Keyword.PREPARE
                    || word == Keyword.EXECUTE
                    || defines(word, name)
                    || (word == Keyword.HANDLER && !handlerFollows)) {
                return false;
            } else {
                lexer.next();
            }
            handlerFollows = Set.of("exit", "continue", "undo").contains(name);
            token = lexer.token();
        }
        return true;
    }

    /** Of temporary tables at least, which a replica's sessions may not make either. */
    private static boolean defines(@Nullable Keyword word, String name) {
        return word == Keyword.CREATE
                || word == Keyword.DROP
                || word == Keyword.ALTER
                || word == Keyword.TRUNCATE
                || word == Keyword.FLUSH
                || name.equals("temporary");
    }

    /** On SET: every name before an equals sign, up to the statement's end. */
    private boolean assigns() {
        do {
            lexer.next();
            if (lexer.token() != Token.WORD && lexer.token() != Token.QUOTED) {
                return false;
            }
            String name = lexer.lowerName();
            Token sign = lexer.next();
            boolean assigned = sign == Token.EQUAL || sign == Token.ASSIGN;
            if (!assigned || !declared.contains(name)) {
                return false;
            }
            skipValue();
        } while (lexer.token() == Token.COMMA);
        return true;
    }

    private void skipValue() {
        int depth = 0;
        Token token = lexer.next();
        while (token != Token.END
                && token != Token.SEMICOLON
                && !(depth == 0 && token == Token.COMMA)) {
            if (token == Token.OPEN) {
                depth++;
            } else if (token == Token.CLOSE) {
                depth--;
            }
            token = lexer.next();
        }
    }

    /** On DECLARE: {@code a, b INT}; conditions, cursors and handlers declare nothing to assign. */
    private void declare() {
        Token token = lexer.next();
        while (token == Token.WORD || token == Token.QUOTED) {
            String name = lexer.lowerName();
            token = lexer.next();
            if (lexer.is(Keyword.HANDLER)) {
                // The word before it was no name but the kind of handler.
                lexer.next();
                return;
            }
            declared.add(name.toLowerCase(Locale.ROOT));
            if (token != Token.COMMA) {
                return;
            }
            token = lexer.next();
        }
    }
}
