package io.dbmanager.proxy.sql;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Judgements of statements that were seen before with other numbers and strings. Bounded, never
 * emptied: a new text takes the place of an older one.
 *
 * <p>Two texts count as the same only if they are equal byte by byte where numbers and strings are
 * left out, and those are left out only where it takes no lexer to see them: a text with a comment,
 * a backslash, a double quote or anything else that a setting or another server could read in
 * another way is not looked for at all. In what remains the lexer finds the same tokens in both
 * texts, so the judgement is the same, as long as it does not speak of a string or a number: such
 * ones are not kept.
 */
final class StatementCache {
    private static final int SLOTS = 1024;

    /** Long statements cost more elsewhere, and would make the table large. */
    static final int LONGEST = 1024;

    /** What depends on words and signs alone. */
    private static final int KEPT_TRAITS =
            Traits.NAMES_TABLE | Traits.CALCULATES_FOUND_ROWS | Traits.CHANGES_ROWS;

    private static final byte NUMBER = 1;
    private static final byte STRING = 2;

    private static final byte[] CLASSES = new byte[256];
    private static final byte UNCLEAR = 0;
    private static final byte PLAIN = 1;
    private static final byte DIGIT = 2;

    /** A number can stand right before it, and right behind it. */
    private static final byte EDGE = 3;

    private static final byte QUOTE = 4;
    private static final byte BACK_QUOTE = 5;

    static {
        Arrays.fill(CLASSES, ' ', 0x7f, PLAIN);
        for (char c : "\t\n\r =,()<>+-*/%;".toCharArray()) {
            CLASSES[c] = EDGE;
        }
        Arrays.fill(CLASSES, '0', '9' + 1, DIGIT);
        CLASSES['\''] = QUOTE;
        CLASSES['`'] = BACK_QUOTE;
        for (char c : "\"\\#".toCharArray()) {
            CLASSES[c] = UNCLEAR;
        }
    }

    private static final class Entry {
        private final byte[] text;
        private final SqlContext context;
        private final Statement statement;

        Entry(byte[] text, SqlContext context, Statement statement) {
            this.text = text;
            this.context = context;
            this.statement = statement;
        }
    }

    private final @Nullable Entry[] entries = new Entry[SLOTS];
    private final byte[] key = new byte[LONGEST];
    private int keyLength;
    private int hash;
    private int slot;

    /** Why nothing is kept of the text looked for last. */
    private boolean unclear;

    private byte[] text = key;
    private int end;

    /**
     * @param sql the statement, from its first byte
     */
    @Nullable Statement find(byte[] sql, int length, SqlContext context) {
        unclear = length > LONGEST || !leaveOutLiterals(sql, length);
        if (unclear) {
            return null;
        }
        // Sessions that read texts in different ways do not push out what the others know.
        slot = Bytes.spread(hash ^ context.hashCode()) & (SLOTS - 1);
        Entry entry = entries[slot];
        return entry != null
                        && Arrays.equals(entry.text, 0, entry.text.length, key, 0, keyLength)
                        && entry.context.equals(context)
                ? entry.statement
                : null;
    }

    /** Keeps the judgement of the text looked for last, if others of its kind share it. */
    void keep(Statement statement, SqlContext context) {
        boolean general =
                (statement.kind() == StatementKind.READ || statement.kind() == StatementKind.WRITE)
                        && (statement.traits() & ~KEPT_TRAITS) == 0
                        && statement.isPlain();
        if (!unclear && general) {
            entries[slot] = new Entry(Arrays.copyOf(key, keyLength), context, statement);
        }
    }

    /**
     * @return false if the text is not clear enough
     */
    private boolean leaveOutLiterals(byte[] sql, int length) {
        text = sql;
        end = length;
        int made = 0;
        int h = 0;
        byte before = PLAIN;
        int i = 0;
        while (i < length) {
            byte b = sql[i];
            byte is = CLASSES[b & 0xff];
            int stop = i + 1;
            switch (is) {
                case PLAIN -> {}
                case EDGE -> {
                    if (beginsComment(i)) {
                        return false;
                    }
                }
                case DIGIT -> {
                    int after = before == EDGE ? afterDigits(i) : i;
                    if (isEdge(after)) {
                        b = NUMBER;
                        stop = after;
                    }
                }
                case QUOTE -> {
                    stop = afterString(i);
                    if (stop < 0) {
                        return false;
                    }
                    b = STRING;
                }
                case BACK_QUOTE -> {
                    int closing = closingBackQuote(i);
                    if (closing < 0) {
                        return false;
                    }
                    // All but the closing one, which is written below.
                    for (; i < closing; i++) {
                        key[made++] = sql[i];
                        h = h * 31 + sql[i];
                    }
                    stop = closing + 1;
                }
                default -> {
                    return false;
                }
            }
            key[made++] = b;
            h = h * 31 + b;
            before = is;
            i = stop;
        }
        keyLength = made;
        hash = Bytes.spread(h);
        return true;
    }

    /** Two dashes, or a slash and an asterisk. */
    private boolean beginsComment(int at) {
        byte next = at + 1 < end ? text[at + 1] : 0;
        return (text[at] == '-' && next == '-') || (text[at] == '/' && next == '*');
    }

    private int afterDigits(int from) {
        int i = from;
        while (i < end && Bytes.isDigit(text[i])) {
            i++;
        }
        return i;
    }

    private boolean isEdge(int at) {
        return at == end || CLASSES[text[at] & 0xff] == EDGE;
    }

    /**
     * @return -1 where it has a quote, a backslash or a control character in it, or no end; also
     *     where it has a dollar sign, by which XPath functions name variables
     */
    private int afterString(int quote) {
        for (int i = quote + 1; i < end; i++) {
            byte b = text[i];
            if (b == '\'') {
                boolean doubled = i + 1 < end && text[i + 1] == '\'';
                return doubled ? -1 : i + 1;
            }
            if (b == '\\' || b == '$' || (b >= 0 && b < ' ')) {
                return -1;
            }
        }
        return -1;
    }

    private int closingBackQuote(int opening) {
        for (int i = opening + 1; i < end; i++) {
            byte b = text[i];
            if (b == '`') {
                return i;
            }
            if (b < ' ') {
                return -1;
            }
        }
        return -1;
    }
}
