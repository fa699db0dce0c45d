package io.dbmanager.proxy.sql;

import io.dbmanager.proxy.sql.SqlContext.ClientCharset;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a statement into tokens as the server's own lexer does, in one pass and without making
 * objects: the current token is in this object's accessors.
 *
 * <p>Where two servers, or a server and this lexer, could read the same bytes differently, {@link
 * #isDoubtful} turns true, and nothing is believed to be a read any more.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/comments.html">Comments</a>
 */
final class Lexer {
    private final WordTable<Keyword> keywords = Keyword.table();
    private final CommentReader comments = new CommentReader();

    private byte[] text = new byte[0];
    private int from;
    private int end;
    private SqlContext context = SqlContext.defaults(io.dbmanager.common.Flavour.MYSQL, 0);

    private int pos;
    private Token token = Token.END;
    private int start;
    private int stop;
    private int hash;
    private int tokenFrom;
    private @Nullable Keyword word;
    private boolean bare;
    private boolean nameMustFollow;
    private boolean doubtful;

    /** Begins anew with {@code length} bytes of {@code text} from {@code from} on. */
    void begin(byte[] newText, int newFrom, int length, SqlContext newContext) {
        text = newText;
        from = newFrom;
        end = newFrom + length;
        context = newContext;
        pos = newFrom;
        token = Token.SEMICOLON;
        start = newFrom;
        stop = newFrom;
        tokenFrom = newFrom;
        word = null;
        bare = false;
        nameMustFollow = false;
        doubtful = false;
        comments.begin(newText, newFrom, end, newContext);
    }

    /** Goes on to the next token. After END and BROKEN it stays there. */
    Token next() {
        if (token == Token.BROKEN) {
            return token;
        }
        boolean afterBareWord = token == Token.WORD;
        int afterStop = stop;
        word = null;
        bare = false;
        if (nameMustFollow) {
            nameMustFollow = false;
            tokenFrom = pos;
            return readWord(pos, false);
        }
        if (!skipBlank()) {
            return broken();
        }
        tokenFrom = pos;
        start = pos;
        if (pos >= end) {
            stop = pos;
            token = comments.insideExecutable() ? Token.BROKEN : Token.END;
            return token;
        }
        byte b = text[pos];
        return switch (Bytes.classOf(b)) {
            case Bytes.LETTER -> readWord(pos, true);
            case Bytes.DIGIT -> readNumber();
            default -> readOther(b, afterBareWord && afterStop == pos);
        };
    }

    private boolean skipBlank() {
        while (pos < end) {
            byte b = text[pos];
            if (Bytes.isSpace(b)) {
                pos++;
            } else if (b == '#' || b == '-' || b == '/' || b == '*') {
                int after = comments.skip(pos);
                if (after == CommentReader.BROKEN) {
                    return false;
                }
                if (after == pos) {
                    return true;
                }
                pos = after;
            } else {
                return true;
            }
        }
        return true;
    }

    private Token readOther(byte b, boolean joined) {
        return switch (b) {
            case '\'' -> readString(b, Token.STRING);
            case '"' ->
                    context.ansiQuotes()
                            ? readQuoted(b, Token.QUOTED)
                            : readString(b, Token.STRING);
            case '`' -> readQuoted(b, Token.QUOTED);
            case '@' -> readAt();
            case '.' -> readDot(joined);
            case ':' -> one(follows('=') ? 2 : 1, follows('=') ? Token.ASSIGN : Token.OPERATOR);
            case '(' -> one(1, Token.OPEN);
            case ')' -> one(1, Token.CLOSE);
            case ',' -> one(1, Token.COMMA);
            case ';' -> one(1, Token.SEMICOLON);
            case '=' -> one(1, Token.EQUAL);
            case '?' -> one(1, Token.PARAMETER);
            case 0 -> broken();
            default -> one(1, Token.OPERATOR);
        };
    }

    private boolean follows(char c) {
        return pos + 1 < end && text[pos + 1] == c;
    }

    private Token one(int length, Token kind) {
        pos += length;
        stop = pos;
        token = kind;
        return token;
    }

    private Token broken() {
        stop = end;
        pos = end;
        token = Token.BROKEN;
        return token;
    }

    /**
     * @param mayBeKeyword false right after a dot, where every word is a name
     */
    private Token readWord(int at, boolean mayBeKeyword) {
        int h = 0;
        int i = at;
        boolean high = false;
        while (i < end && Bytes.isNamePart(text[i])) {
            h = Bytes.hashStep(h, text[i]);
            high |= text[i] < 0;
            i++;
        }
        start = at;
        stop = i;
        pos = i;
        hash = Bytes.spread(h);
        token = Token.WORD;
        if (high && (context.charset() != ClientCharset.UTF8 || !Utf8.isValid(text, at, i))) {
            doubtful = true;
        }
        word = keywords.find(text, start, stop, hash);
        // "word.name" without a space is a name qualified by another, whatever the word.
        bare = mayBeKeyword && !(nameAt(i + 1) && text[i] == '.');
        return token;
    }

    private boolean nameAt(int i) {
        return i < end && Bytes.isNamePart(text[i]);
    }

    /**
     * The server's rules to the letter, since what follows a number without a space is a new word
     * in some cases ({@code 1.5FOR}, {@code 1e5FOR}) and part of a name in others ({@code 1FOR}).
     */
    private Token readNumber() {
        int i = pos;
        if (text[i] == '0' && i + 1 < end && (text[i + 1] == 'x' || text[i + 1] == 'b')) {
            int digits = i + 2;
            boolean hex = text[i + 1] == 'x';
            int j = digits;
            while (j < end
                    && (hex ? Bytes.isHexDigit(text[j]) : text[j] == '0' || text[j] == '1')) {
                j++;
            }
            return j > digits && !nameAt(j) ? number(j) : readWord(pos, false);
        }
        i = digitsFrom(i);
        if (i < end && text[i] == '.') {
            return number(exponentFrom(digitsFrom(i + 1)));
        }
        int afterExponent = exponentFrom(i);
        if (afterExponent > i) {
            return number(afterExponent);
        }
        return nameAt(i) ? readWord(pos, false) : number(i);
    }

    private int digitsFrom(int i) {
        int j = i;
        while (j < end && Bytes.isDigit(text[j])) {
            j++;
        }
        return j;
    }

    /** Past {@code e5}, {@code E+5}; {@code i} itself where there is none. */
    private int exponentFrom(int i) {
        if (i >= end || Bytes.lower(text[i]) != 'e') {
            return i;
        }
        int digits = i + 1;
        if (digits < end && (text[digits] == '+' || text[digits] == '-')) {
            digits++;
        }
        int after = digitsFrom(digits);
        return after > digits ? after : i;
    }

    private Token number(int after) {
        stop = after;
        pos = after;
        token = Token.NUMBER;
        return token;
    }

    /** A dot before a digit begins a number, unless a bare name ends right before it. */
    private Token readDot(boolean joined) {
        boolean digit = pos + 1 < end && Bytes.isDigit(text[pos + 1]);
        if (digit && !joined) {
            return number(exponentFrom(digitsFrom(pos + 1)));
        }
        nameMustFollow = nameAt(pos + 1);
        return one(1, Token.DOT);
    }

    private Token readString(byte quote, Token kind) {
        boolean escapes = !context.noBackslashEscapes();
        boolean trailing = context.charset() == ClientCharset.TRAILING_BACKSLASH;
        int i = pos + 1;
        while (i < end) {
            byte b = text[i];
            if (b == quote) {
                if (i + 1 < end && text[i + 1] == quote) {
                    i += 2;
                    continue;
                }
                return enclosed(i, kind);
            }
            if (b == '\\' && escapes) {
                // In gbk and kin this may be the second byte of a character instead.
                doubtful |= trailing && text[i - 1] < 0;
                i++;
            }
            i++;
        }
        return broken();
    }

    private Token readQuoted(byte quote, Token kind) {
        boolean trailing = context.charset() == ClientCharset.TRAILING_BACKSLASH;
        int h = 0;
        int i = pos + 1;
        while (i < end && text[i] != 0) {
            byte b = text[i];
            if (b == quote) {
                doubtful |= trailing && text[i - 1] < 0;
                if (i + 1 >= end || text[i + 1] != quote) {
                    hash = Bytes.spread(h);
                    return enclosed(i, kind);
                }
                i++;
            }
            h = Bytes.hashStep(h, b);
            i++;
        }
        return broken();
    }

    private Token enclosed(int closing, Token kind) {
        start = pos + 1;
        stop = closing;
        pos = closing + 1;
        token = kind;
        return token;
    }

    private Token readAt() {
        if (pos + 1 >= end) {
            return one(1, Token.USER_VARIABLE);
        }
        byte b = text[pos + 1];
        if (b == '@') {
            return one(2, Token.AT_AT);
        }
        if (b == '\'' || b == '"' || b == '`') {
            pos++;
            return b == '`' || (b == '"' && context.ansiQuotes())
                    ? readQuoted(b, Token.USER_VARIABLE)
                    : readString(b, Token.USER_VARIABLE);
        }
        int i = pos + 1;
        while (i < end && (Bytes.isNamePart(text[i]) || text[i] == '.')) {
            doubtful |= text[i] < 0;
            i++;
        }
        start = pos + 1;
        stop = i;
        pos = i;
        token = Token.USER_VARIABLE;
        return token;
    }

    /** Goes to the end of this statement without looking. */
    void skipToEnd() {
        while (token != Token.END && token != Token.SEMICOLON && token != Token.BROKEN) {
            next();
        }
    }

    /**
     * Goes to the end of the text, past semicolons.
     *
     * @return whether anything stands behind a semicolon
     */
    boolean swallow() {
        boolean more = false;
        boolean semicolon = false;
        while (token != Token.END && token != Token.BROKEN) {
            more |= semicolon;
            semicolon |= token == Token.SEMICOLON;
            next();
        }
        return more;
    }

    Token token() {
        return token;
    }

    /** The keyword this token is; null for names, and for every word that can only be a name. */
    @Nullable Keyword keyword() {
        return bare ? word : null;
    }

    /** The keyword this word is spelt as, even where it can only be a name. */
    @Nullable Keyword spelling() {
        return word;
    }

    boolean is(Keyword wanted) {
        return bare && word == wanted;
    }

    /** The name, without quotes, as a value of the table. */
    <V> @Nullable V find(WordTable<V> table) {
        return token == Token.WORD || token == Token.QUOTED
                ? table.find(text, start, stop, hash)
                : null;
    }

    /** Where the token's content begins, past a quote or {@code @}. */
    int start() {
        return start;
    }

    int stop() {
        return stop;
    }

    int hash() {
        return hash;
    }

    /** Where the whole token begins. */
    int tokenFrom() {
        return tokenFrom;
    }

    /** Where the whole token ends: the next byte is not part of it. */
    int position() {
        return pos;
    }

    byte[] text() {
        return text;
    }

    int from() {
        return from;
    }

    int end() {
        return end;
    }

    SqlContext context() {
        return context;
    }

    CommentReader comments() {
        return comments;
    }

    boolean isDoubtful() {
        return doubtful || comments.isDoubtful();
    }

    /** This token's name or string content: quotes gone, doubled quotes made one. */
    String name() {
        String raw = Bytes.text(text, start, stop);
        if (tokenFrom < start && start > from) {
            String quote = String.valueOf((char) text[start - 1]);
            if ("`".equals(quote) || "\"".equals(quote) || "'".equals(quote)) {
                return raw.replace(quote + quote, quote);
            }
        }
        return raw;
    }

    /** The whole token as written, one character a byte. */
    String whole() {
        return Bytes.text(text, tokenFrom, pos);
    }

    /** As {@link #name}, with ASCII letters in lower case. */
    String lowerName() {
        byte[] name = name().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return Bytes.lowerText(name, 0, name.length);
    }

    /**
     * Looks at the token after this one without going there.
     *
     * @return that token; {@code peeked} keyword of it through {@link #peekKeyword}
     */
    Token peek() {
        save();
        Token found = next();
        peekedKeyword = keyword();
        restore();
        return found;
    }

    /** The keyword seen by the last {@link #peek}. */
    @Nullable Keyword peekKeyword() {
        return peekedKeyword;
    }

    private @Nullable Keyword peekedKeyword;
    private int savedPos;
    private Token savedToken = Token.END;
    private int savedStart;
    private int savedStop;
    private int savedHash;
    private int savedTokenFrom;
    private @Nullable Keyword savedWord;
    private boolean savedBare;
    private boolean savedNameMustFollow;
    private boolean savedDoubtful;

    private void save() {
        savedPos = pos;
        savedToken = token;
        savedStart = start;
        savedStop = stop;
        savedHash = hash;
        savedTokenFrom = tokenFrom;
        savedWord = word;
        savedBare = bare;
        savedNameMustFollow = nameMustFollow;
        savedDoubtful = doubtful;
        comments.save();
    }

    private void restore() {
        pos = savedPos;
        token = savedToken;
        start = savedStart;
        stop = savedStop;
        hash = savedHash;
        tokenFrom = savedTokenFrom;
        word = savedWord;
        bare = savedBare;
        nameMustFollow = savedNameMustFollow;
        doubtful = savedDoubtful;
        comments.restore();
    }
}
