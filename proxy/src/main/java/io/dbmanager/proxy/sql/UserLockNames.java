package io.dbmanager.proxy.sql;

import org.jspecify.annotations.Nullable;

/**
 * Reads which user lock a GET_LOCK is about: a literal alone as the first argument, or nobody knows
 * but the server.
 */
final class UserLockNames {
    private final Lexer lexer;
    private final Findings found;
    private boolean nameFollows;
    private @Nullable String name;

    UserLockNames(Lexer lexer, Findings found) {
        this.lexer = lexer;
        this.found = found;
    }

    void begin() {
        nameFollows = false;
        name = null;
    }

    /** The current token is the parenthesis after GET_LOCK. */
    void follows() {
        found.trait(Traits.TAKES_USER_LOCK);
        nameFollows = true;
    }

    /** Before each token is looked at for anything else. */
    void settle(Token token) {
        String literal = name;
        name = null;
        if (nameFollows) {
            nameFollows = false;
            if (token == Token.STRING) {
                name = lexer.whole();
            } else {
                found.trait(Traits.TAKES_UNNAMED_USER_LOCK);
            }
        } else if (literal != null && token == Token.COMMA) {
            found.change(new SessionChange.UserLock(literal));
        } else if (literal != null) {
            found.trait(Traits.TAKES_UNNAMED_USER_LOCK);
        }
    }
}
