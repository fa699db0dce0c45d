package io.dbmanager.proxy.sql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes values that the proxy knows better than the server into a statement, in the place of the
 * functions and variables that would tell the server's. A column that would have had its name from
 * the text that goes gets that name as an alias. One instance for each event loop.
 */
public final class Substitution {
    /** What can be written for. */
    public enum Subject {
        CONNECTION_ID,
        FOUND_ROWS,
        ROW_COUNT
    }

    /** Says what to write. */
    public interface Values {
        /** An expression of SQL; null to leave the text as it is. */
        @Nullable String of(Subject subject);
    }

    /** Servers cut longer names of columns, but refuse longer aliases. */
    private static final int LONGEST_ALIAS = 64;

    private static final int DEEPEST = 64;

    private static final WordTable<Subject> FUNCTIONS =
            new WordTable<>(
                    java.util.Map.of(
                            "connection_id", Subject.CONNECTION_ID,
                            "found_rows", Subject.FOUND_ROWS,
                            "row_count", Subject.ROW_COUNT));

    private static final WordTable<Subject> VARIABLES =
            new WordTable<>(java.util.Map.of("pseudo_thread_id", Subject.CONNECTION_ID));

    /** After these a name is a table's, whatever it is called. */
    private static final Set<Keyword> BEFORE_TABLE =
            Set.of(Keyword.INTO, Keyword.TABLE, Keyword.FROM, Keyword.JOIN, Keyword.UPDATE);

    /** They end a list of selected items. */
    private static final Set<Keyword> AFTER_ITEMS =
            Set.of(
                    Keyword.FROM,
                    Keyword.INTO,
                    Keyword.WHERE,
                    Keyword.GROUP,
                    Keyword.HAVING,
                    Keyword.ORDER,
                    Keyword.LIMIT,
                    Keyword.UNION,
                    Keyword.EXCEPT,
                    Keyword.INTERSECT,
                    Keyword.FOR,
                    Keyword.LOCK,
                    Keyword.PROCEDURE);

    private static final Set<Keyword> BEFORE_ITEMS =
            Set.of(
                    Keyword.DISTINCT,
                    Keyword.DISTINCTROW,
                    Keyword.ALL,
                    Keyword.HIGH_PRIORITY,
                    Keyword.STRAIGHT_JOIN,
                    Keyword.SQL_BIG_RESULT,
                    Keyword.SQL_SMALL_RESULT,
                    Keyword.SQL_CALC_FOUND_ROWS);

    /** Words with which an expression may end. */
    private static final Set<Keyword> ENDING_EXPRESSION =
            Set.of(Keyword.END, Keyword.NULL, Keyword.TRUE, Keyword.FALSE);

    private final Lexer lexer = new Lexer();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int[] itemFrom = new int[DEEPEST];
    private final boolean[] itemChanged = new boolean[DEEPEST];

    private byte[] text = new byte[0];
    private int copied;
    private int depth;
    private boolean any;
    private boolean sets;
    private Token last = Token.SEMICOLON;
    private @Nullable Keyword lastWord;
    private int lastStop;
    private Token before = Token.SEMICOLON;
    private @Nullable Keyword beforeWord;

    /**
     * The statement with the values in it; null where it names nothing to write for.
     *
     * @param sql not changed
     */
    public byte @Nullable [] apply(byte[] sql, SqlContext context, Values values) {
        begin(sql, context);
        Token token = lexer.next();
        if (lexer.is(Keyword.CREATE) || lexer.is(Keyword.ALTER)) {
            // What they define asks again each time it is used.
            return null;
        }
        sets = lexer.is(Keyword.SET);
        while (token != Token.END && token != Token.BROKEN) {
            boundary(token);
            if (!replaced(token, values)) {
                note(token, lexer.keyword(), lexer.position());
            }
            token = lexer.next();
        }
        endItem();
        if (!any || token == Token.BROKEN || lexer.isDoubtful()) {
            return null;
        }
        copyTo(sql.length);
        return out.toByteArray();
    }

    private void begin(byte[] sql, SqlContext context) {
        lexer.begin(sql, 0, sql.length, context);
        text = sql;
        out.reset();
        copied = 0;
        depth = 0;
        any = false;
        itemFrom[0] = -1;
        last = Token.SEMICOLON;
        before = Token.SEMICOLON;
        lastWord = null;
        beforeWord = null;
        lastStop = 0;
    }

    private void note(Token token, @Nullable Keyword word, int stop) {
        before = last;
        beforeWord = lastWord;
        last = token;
        lastWord = word;
        lastStop = stop;
    }

    /** Where items of a SELECT begin and end. */
    private void boundary(Token token) {
        Keyword word = lexer.keyword();
        boolean afterModifier = lastWord != null && BEFORE_ITEMS.contains(lastWord);
        if (word == Keyword.SELECT) {
            endItem();
            startItem();
        } else if (token == Token.COMMA && itemFrom() >= 0) {
            endItem();
            startItem();
        } else if (token == Token.SEMICOLON || (word != null && AFTER_ITEMS.contains(word))) {
            endItem();
        } else if (token == Token.OPEN) {
            beginText();
            depth++;
            setItem(-1);
        } else if (token == Token.CLOSE) {
            endItem();
            depth = Math.max(0, depth - 1);
        } else if (word == null || !BEFORE_ITEMS.contains(word) || !(afterModifier || atStart())) {
            beginText();
        }
    }

    private boolean atStart() {
        return lastWord == Keyword.SELECT;
    }

    private int itemFrom() {
        return depth < DEEPEST ? itemFrom[depth] : -1;
    }

    private void setItem(int from) {
        if (depth < DEEPEST) {
            itemFrom[depth] = from;
            itemChanged[depth] = false;
        }
    }

    /** The next token that is no modifier is the item's first. */
    private void startItem() {
        setItem(text.length);
    }

    private void beginText() {
        if (itemFrom() == text.length) {
            setItem(lexer.tokenFrom());
        }
    }

    private void endItem() {
        int from = itemFrom();
        if (from >= 0 && from < text.length && itemChanged[depth] && !hasAlias()) {
            alias(from, lastStop);
        }
        setItem(-1);
    }

    /** {@code expression name} or {@code expression AS name}. */
    private boolean hasAlias() {
        if (lastWord != null && ENDING_EXPRESSION.contains(lastWord)) {
            return false;
        }
        boolean name = last == Token.WORD || last == Token.QUOTED || last == Token.STRING;
        boolean afterValue =
                switch (before) {
                    case CLOSE, NUMBER, STRING, QUOTED, USER_VARIABLE, PARAMETER -> true;
                    case WORD ->
                            beforeWord == null
                                    || !beforeWord.isReserved()
                                    || beforeWord == Keyword.AS;
                    case END, SEMICOLON, AT_AT, OPEN, COMMA, DOT, ASSIGN, EQUAL, OPERATOR, BROKEN ->
                            false;
                };
        return name && afterValue;
    }

    private void alias(int from, int stop) {
        boolean plain = stop - from <= LONGEST_ALIAS;
        for (int i = from; i < stop && plain; i++) {
            plain = text[i] > 0;
        }
        if (plain) {
            copyTo(stop);
            String name = Bytes.text(text, from, stop).replace("`", "``");
            write(" AS `" + name + "`");
        }
    }

    private boolean replaced(Token token, Values values) {
        if (token == Token.AT_AT) {
            return replacedVariable(values);
        }
        Subject subject = token == Token.WORD && last != Token.DOT ? lexer.find(FUNCTIONS) : null;
        if (subject == null
                || (lastWord != null && BEFORE_TABLE.contains(lastWord))
                || lexer.peek() != Token.OPEN) {
            return false;
        }
        int from = lexer.tokenFrom();
        int stop = lexer.position();
        int edges = lexer.comments().executableEdges();
        lexer.next();
        boolean call = lexer.peek() == Token.CLOSE && edges == lexer.comments().executableEdges();
        String value = call ? values.of(subject) : null;
        if (value == null) {
            note(Token.WORD, null, stop);
            boundary(Token.OPEN);
            note(Token.OPEN, null, lexer.position());
            return true;
        }
        lexer.next();
        write(from, value);
        return true;
    }

    /** On {@code @@}. */
    private boolean replacedVariable(Values values) {
        int from = lexer.tokenFrom();
        note(Token.AT_AT, null, lexer.position());
        Token name = lexer.next();
        if (name == Token.WORD
                && (lexer.spelling() == Keyword.SESSION || lexer.spelling() == Keyword.LOCAL)
                && lexer.peek() == Token.DOT) {
            note(Token.WORD, null, lexer.position());
            lexer.next();
            note(Token.DOT, null, lexer.position());
            lexer.next();
        }
        Subject subject = lexer.find(VARIABLES);
        Token following = lexer.peek();
        boolean isSet = following == Token.EQUAL || following == Token.ASSIGN;
        String value = subject == null || (isSet && sets) ? null : values.of(subject);
        if (value == null) {
            note(lexer.token(), null, lexer.position());
        } else {
            write(from, value);
        }
        return true;
    }

    /** In the place of the text from there to the current token's end. */
    private void write(int from, String value) {
        copyTo(from);
        write(value);
        copied = lexer.position();
        any = true;
        for (int i = 0; i <= Math.min(depth, DEEPEST - 1); i++) {
            itemChanged[i] = true;
        }
        note(Token.CLOSE, null, lexer.position());
    }

    private void write(String bytes) {
        out.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void copyTo(int stop) {
        if (stop > copied) {
            out.write(text, copied, stop - copied);
            copied = stop;
        }
    }
}
