package io.dbmanager.proxy.sql;

import io.dbmanager.common.Flavour;

/**
 * Skips comments, and steps into those that are code: {@code /*! *}{@code /}, with a version the
 * server has reached, and MariaDB's {@code /*M! *}{@code /}.
 */
final class CommentReader {
    static final int BROKEN = -1;

    private byte[] text = new byte[0];
    private int end;
    private SqlContext context = SqlContext.defaults(Flavour.MYSQL, 0);

    private boolean insideExecutable;
    private boolean doubtful;
    private boolean setVarHint;
    private int executables;
    private int firstFrom;
    private int firstStop;

    void begin(byte[] newText, int from, int newEnd, SqlContext newContext) {
        text = newText;
        end = newEnd;
        context = newContext;
        insideExecutable = false;
        doubtful = false;
        setVarHint = false;
        executables = 0;
        firstFrom = from;
        firstStop = from;
    }

    /** Past the comment that begins here; {@code at} itself where none does; or BROKEN. */
    int skip(int at) {
        return switch (text[at]) {
            case '#' -> skipLine(at);
            case '-' -> isDashComment(at) ? skipLine(at) : at;
            case '*' -> insideExecutable && byteAt(at + 1) == '/' ? leaveExecutable(at) : at;
            default -> byteAt(at + 1) == '*' ? enterOrSkip(at) : at;
        };
    }

    /** Two dashes begin a comment only before white space, a control character or the end. */
    private boolean isDashComment(int at) {
        if (byteAt(at + 1) != '-') {
            return false;
        }
        if (at + 2 >= end) {
            return true;
        }
        byte b = text[at + 2];
        // In single-byte character sets some bytes above 0x7f are white space.
        doubtful |= b < 0 && context.charset() != SqlContext.ClientCharset.UTF8;
        return Bytes.isSpace(b) || Bytes.isControl(b);
    }

    private int skipLine(int at) {
        // Inside an executable comment the line's end and the comment's end could be told apart
        // differently by another version.
        doubtful |= insideExecutable;
        int i = at;
        while (i < end && text[i] != '\n') {
            if (text[i] == 0) {
                return BROKEN;
            }
            i++;
        }
        return i;
    }

    private int leaveExecutable(int at) {
        insideExecutable = false;
        executables++;
        return at + 2;
    }

    private int enterOrSkip(int at) {
        byte mark = byteAt(at + 2);
        boolean mariaDb = context.isMariaDb();
        boolean mariaDbMark = mark == 'M' && byteAt(at + 3) == '!';
        if (mark == '!' || (mariaDb && mariaDbMark)) {
            return executable(at, at + (mariaDbMark ? 4 : 3), mariaDbMark);
        }
        // Another flavour's code: a comment here. Nothing that runs elsewhere may hide in it.
        int stop = closing(at + 2);
        if (stop == BROKEN) {
            return BROKEN;
        }
        if (mark == '+') {
            noteHints(at + 3, stop - 2);
        } else if (firstStop == firstFrom) {
            firstFrom = at + 2;
            firstStop = stop - 2;
        }
        doubtful |= insideExecutable;
        return stop;
    }

    private int closing(int from) {
        int i = from;
        while (i + 1 < end) {
            if (text[i] == '*' && text[i + 1] == '/') {
                return i + 2;
            }
            if (text[i] == 0) {
                return BROKEN;
            }
            i++;
        }
        return BROKEN;
    }

    private int executable(int at, int bodyFrom, boolean mariaDbMark) {
        // One inside another is read differently by different versions.
        doubtful |= insideExecutable;
        int digits = 0;
        int version = 0;
        while (digits < 6 && Bytes.isDigit(byteAt(bodyFrom + digits))) {
            version = version * 10 + (text[bodyFrom + digits] - '0');
            digits++;
        }
        if (digits < 5) {
            return enter(bodyFrom);
        }
        if (digits == 6 && !context.isMariaDb() && context.versionNumber() < 100000) {
            // Older servers take five digits for the version and the sixth for code.
            doubtful = true;
        }
        if (admits(version, mariaDbMark)) {
            return enter(bodyFrom + digits);
        }
        // A replica of another version could run it.
        doubtful = true;
        return skipNested(at + 2);
    }

    /** MariaDB leaves out what is meant for MySQL 5.7 and later. */
    private boolean admits(int version, boolean mariaDbMark) {
        if (version > context.versionNumber()) {
            return false;
        }
        return !context.isMariaDb() || mariaDbMark || version < 50700 || version > 99999;
    }

    private int enter(int bodyFrom) {
        insideExecutable = true;
        executables++;
        int stop = closing(bodyFrom);
        if (stop == BROKEN) {
            return BROKEN;
        }
        // Quotes and comments inside make its end a matter of the version that reads it.
        for (int i = bodyFrom; i < stop - 2; i++) {
            byte b = text[i];
            doubtful |= b == '\'' || b == '"' || b == '`' || b == '#' || b == '\\';
        }
        return bodyFrom;
    }

    /** A skipped executable comment may hold one level of plain comments. */
    private int skipNested(int from) {
        int i = from;
        boolean nested = false;
        while (i + 1 < end) {
            if (text[i] == '/' && text[i + 1] == '*' && !nested) {
                nested = true;
                i += 2;
            } else if (text[i] == '*' && text[i + 1] == '/') {
                i += 2;
                if (!nested) {
                    return i;
                }
                nested = false;
            } else {
                i++;
            }
        }
        return BROKEN;
    }

    private void noteHints(int from, int stop) {
        int quotes = 0;
        for (int i = from; i < stop; i++) {
            byte b = text[i];
            quotes += b == '\'' || b == '"' || b == '`' ? 1 : 0;
            setVarHint |= Bytes.lower(b) == 's' && isSetVar(i, stop);
        }
        // A hint's quoted name may hold what looks like the comment's end.
        doubtful |= quotes % 2 != 0;
    }

    private boolean isSetVar(int at, int stop) {
        String name = "set_var";
        if (at + name.length() > stop) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (Bytes.lower(text[at + i]) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private byte byteAt(int i) {
        return i < end ? text[i] : 0;
    }

    boolean insideExecutable() {
        return insideExecutable;
    }

    /** Whether its comments could be read in two ways. */
    boolean isDoubtful() {
        return doubtful;
    }

    boolean hasSetVarHint() {
        return setVarHint;
    }

    /** How many edges of executable comments have been passed. */
    int executableEdges() {
        return executables;
    }

    /** Where the content of the first plain comment begins; equal to its stop where none was. */
    int firstFrom() {
        return firstFrom;
    }

    int firstStop() {
        return firstStop;
    }

    private boolean savedInside;
    private boolean savedDoubtful;
    private boolean savedSetVar;
    private int savedExecutables;
    private int savedFirstFrom;
    private int savedFirstStop;

    void save() {
        savedInside = insideExecutable;
        savedDoubtful = doubtful;
        savedSetVar = setVarHint;
        savedExecutables = executables;
        savedFirstFrom = firstFrom;
        savedFirstStop = firstStop;
    }

    void restore() {
        insideExecutable = savedInside;
        doubtful = savedDoubtful;
        setVarHint = savedSetVar;
        executables = savedExecutables;
        firstFrom = savedFirstFrom;
        firstStop = savedFirstStop;
    }
}
