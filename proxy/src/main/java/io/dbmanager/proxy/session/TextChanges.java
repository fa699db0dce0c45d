package io.dbmanager.proxy.session;

import io.dbmanager.proxy.sql.SessionChange;
import io.dbmanager.proxy.sql.SqlContext.ClientCharset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What statements' texts say that they change about the session. */
final class TextChanges {
    private final SessionFacts facts;
    private final UserVariables userVariables;
    private final SessionTies ties;

    TextChanges(SessionFacts facts, UserVariables userVariables, SessionTies ties) {
        this.facts = facts;
        this.userVariables = userVariables;
        this.ties = ties;
    }

    /**
     * The server has said OK.
     *
     * @param replica the name of the replica it ran on; null for the primary
     */
    void apply(SessionChange change, @Nullable String replica) {
        switch (change) {
            case SessionChange.SessionVariable variable -> {
                if (variable.holdsReads()) {
                    ties.stay("a session variable that changes with each use holds the session");
                } else if (variable.name().equals("timestamp")) {
                    timestamp(variable);
                } else if (variable.name().equals("insert_id")
                        || variable.name().equals("gtid_seq_no")) {
                    facts.setsNextId();
                }
                if (!facts.isTracking()) {
                    if (variable.literal()) {
                        variable.replay().ifPresent(sql -> facts.remember(variable.name(), sql));
                    } else {
                        ties.stay("a session variable has a value that is not told");
                    }
                }
            }
            // Servers tell of the character sets and not of the collation, so the text counts.
            case SessionChange.Names names -> again(names);
            case SessionChange.CharacterSet charset -> again(charset);
            case SessionChange.UserVariable variable -> userVariable(variable, replica);
            case SessionChange.Schema use -> use(use);
            case SessionChange.TransactionCharacteristics characteristics -> {
                if (characteristics.nextOnly()) {
                    facts.setsNextTransaction();
                } else {
                    characteristics.replay().ifPresent(sql -> facts.remember("isolation", sql));
                }
            }
            case SessionChange.Role role ->
                    role.replay().ifPresent(sql -> facts.remember("role", sql));
            case SessionChange.TemporaryTable table -> ties.temporaryTable(table, facts.schema());
            case SessionChange.TextPrepared prepared -> ties.textPrepared(prepared);
            case SessionChange.UserLock lock -> ties.userLock(lock.name());
            case SessionChange.GlobalOrPersist _ -> {
                // Of the server, not of the session.
            }
            case SessionChange.Password _ -> {
                // Replicates as any other change of an account.
            }
            case SessionChange.Other _ -> {
                if (!facts.isTracking()) {
                    ties.stay("a SET that is not understood holds the session on the primary");
                }
            }
        }
    }

    private void again(SessionChange change) {
        change.replay().ifPresent(sql -> facts.remember("names", sql));
    }

    /** A statement has failed that may have made this change before. */
    void applyUnsure(SessionChange change) {
        switch (change) {
            case SessionChange.TemporaryTable table -> {
                if (table.created()) {
                    ties.temporaryTable(table, facts.schema());
                }
            }
            case SessionChange.TextPrepared prepared -> {
                if (prepared.created()) {
                    ties.textPrepared(prepared);
                }
            }
            case SessionChange.UserLock lock -> ties.userLock(lock.name());
            case SessionChange.TransactionCharacteristics _,
                    SessionChange.Role _,
                    SessionChange.Other _ ->
                    ties.stay("it is not known how much of a multi-statement was run");
            case SessionChange.UserVariable variable -> userVariables.unsure(variable.name());
            case SessionChange.SessionVariable _,
                    SessionChange.Names _,
                    SessionChange.CharacterSet _,
                    SessionChange.Schema _ -> {
                if (!facts.isTracking()) {
                    ties.stay("it is not known how much of a multi-statement was run");
                }
            }
            case SessionChange.GlobalOrPersist _, SessionChange.Password _ -> {
                // Nothing of the session's.
            }
        }
    }

    /** Its text is one character a byte; where names are UTF-8 it is read as that. */
    private void use(SessionChange.Schema use) {
        facts.schema(
                facts.sqlContext().charset() == ClientCharset.UTF8
                        ? new String(
                                use.name().getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8)
                        : use.name());
    }

    private void timestamp(SessionChange.SessionVariable variable) {
        if (variable.literal()) {
            variable.replay().ifPresent(sql -> facts.remember("timestamp", sql));
        } else {
            ties.stay("the session has set its clock by a value that is not told");
        }
    }

    private void userVariable(SessionChange.UserVariable variable, @Nullable String replica) {
        String key = "@" + variable.name();
        if (userVariables.set(variable.name(), variable.literal(), depends(variable), replica)) {
            variable.replay().ifPresent(sql -> facts.remember(key, sql));
        } else {
            facts.memory().forget(key);
        }
    }

    /** Whether settings have a say in what the literal means. */
    private static boolean depends(SessionChange.UserVariable variable) {
        return variable.value().chars().anyMatch(c -> c == '"' || c == '\\' || c > Byte.MAX_VALUE);
    }
}
