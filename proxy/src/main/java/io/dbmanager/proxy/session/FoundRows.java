package io.dbmanager.proxy.session;

import io.dbmanager.proxy.backend.Answer;
import io.dbmanager.proxy.backend.OwnQuery;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Substitution.Subject;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * FOUND_ROWS() within a statement that has to run elsewhere than the query which it speaks of ran:
 * that it be written into a table, say. The server that knows is asked, and its answer put into the
 * statement.
 */
final class FoundRows {
    private final ClientSession session;
    private final SessionBackends backends;
    private final Runner runner;

    FoundRows(ClientSession session, SessionBackends backends, Runner runner) {
        this.session = session;
        this.backends = backends;
        this.runner = runner;
    }

    /**
     * Takes the job if it is such a statement.
     *
     * @param then goes on with a job and the value, null where nobody knows it
     */
    boolean takes(Job job, BiConsumer<Job, @Nullable String> then) {
        boolean alone =
                job.statement().kind() == StatementKind.DIAGNOSTIC
                        && !job.statement().has(Traits.NAMES_TABLE);
        if (!job.statement().has(Traits.SPEAKS_OF_LAST_QUERY) || alone) {
            return false;
        }
        Diagnostics diagnostics = backends.diagnostics();
        SessionBackend there = runner.last().backendWithRows();
        if (diagnostics.areKept(true)) {
            session.state(new SessionState.Opening(job));
            diagnostics.whenKept(() -> then.accept(job, diagnostics.foundRows()));
            return true;
        }
        if (there == null || there.isPrimary()) {
            return false;
        }
        session.state(new SessionState.Opening(job));
        OwnQuery.send(
                there.connection(),
                "SELECT FOUND_ROWS()" + SessionBackends.LIMITED,
                answer -> {
                    if (answer instanceof Answer.Rows(var result) && result.single() != null) {
                        // Asked again, it would speak of this question.
                        diagnostics.found(result.single());
                    }
                    then.accept(job, diagnostics.foundRows());
                });
        there.connection().flush();
        return true;
    }

    /** Of the type that the function has, and no position in ORDER BY. */
    static ByteBuf in(ByteBuf frame, int offset, SessionFacts facts, String value) {
        return Statements.with(
                frame,
                offset,
                facts.sqlContext(),
                subject -> subject == Subject.FOUND_ROWS ? "CAST(" + value + " AS SIGNED)" : null);
    }
}
