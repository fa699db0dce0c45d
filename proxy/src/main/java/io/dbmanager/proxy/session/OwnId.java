package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Substitution.Subject;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;

/**
 * A session's connection id is the proxy's: the one of the greeting, the one that KILL takes. So
 * statements that ask for it are sent with it in them.
 */
final class OwnId {
    private OwnId() {}

    /**
     * @param frame a command with its header; owned by the callee
     * @param offset of the statement's text in it
     * @return the command to send; owned by the caller
     */
    static ByteBuf in(ByteBuf frame, int offset, Statement statement, SqlContext context, int id) {
        // An id that is compared with the server's own has to be one of those.
        boolean amongServers =
                statement.has(Traits.ASKS_USER_LOCK | Traits.NAMES_SERVER_TABLE)
                        && statement.kind() != StatementKind.KILL;
        if (!statement.has(Traits.USES_CONNECTION_ID) || amongServers) {
            return frame;
        }
        String number = Integer.toUnsignedString(id);
        // Of the type and the width that the function has, and no position in ORDER BY.
        String value =
                statement.kind() == StatementKind.KILL
                        ? number
                        : "CAST(" + number + " AS UNSIGNED)";
        return Statements.with(
                frame, offset, context, subject -> subject == Subject.CONNECTION_ID ? value : null);
    }
}
