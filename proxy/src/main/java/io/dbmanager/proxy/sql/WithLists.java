package io.dbmanager.proxy.sql;

import org.jspecify.annotations.Nullable;

/**
 * Where the names of common table expressions stand in a statement: after {@code WITH}, and after
 * the commas of its list. A parenthesis after such a name opens a list of columns and calls
 * nothing.
 */
final class WithLists {
    private int depth;

    /** A bit for each depth of parentheses at which a list is open. */
    private long open;

    private boolean nameFollows;

    void begin() {
        depth = 0;
        open = 0;
        nameFollows = false;
    }

    /** Of parentheses. */
    int depth() {
        return depth;
    }

    void parenthesisOpens() {
        depth++;
        close();
        nameFollows = false;
    }

    void parenthesisCloses() {
        if (depth > 0) {
            close();
            depth--;
        }
    }

    void comma() {
        nameFollows = (open & bit()) != 0;
    }

    /** WITH. */
    void listBegins() {
        open |= bit();
        nameFollows = true;
    }

    /** Reserved words but AS do not stand in a list. */
    void reservedWord(Keyword keyword) {
        if (keyword != Keyword.AS) {
            close();
        }
    }

    /**
     * A word or a quoted name.
     *
     * @return whether it is a common table expression's
     */
    boolean isName(@Nullable Keyword keyword) {
        if (!nameFollows || keyword == Keyword.RECURSIVE || keyword == Keyword.WITH) {
            return false;
        }
        nameFollows = false;
        if (keyword == Keyword.ROLLUP) {
            // GROUP BY a WITH ROLLUP
            close();
            return false;
        }
        return true;
    }

    private void close() {
        open &= ~bit();
    }

    private long bit() {
        return depth < Long.SIZE ? 1L << depth : 0;
    }
}
