package io.dbmanager.proxy.session;

import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.session.SessionState.Opening;
import io.dbmanager.proxy.sql.Traits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which backend ran a session's last statement, and how statements are answered that ask about that
 * one, such as {@code SHOW WARNINGS}: by that backend, or from the {@link Diagnostics} kept when it
 * went to another session.
 */
final class LastStatement {
    private final ClientSession session;
    private final SessionBackends backends;
    private final Runner runner;
    private @Nullable SessionBackend ranOn;
    private @Nullable SessionBackend withRowsRanOn;

    LastStatement(ClientSession session, SessionBackends backends, Runner runner) {
        this.session = session;
        this.backends = backends;
        this.runner = runner;
    }

    /** The backend that ran the last statement, while it is open. */
    @Nullable SessionBackend backend() {
        return open(ranOn);
    }

    /** The backend that ran the last statement that had rows, while it is open. */
    @Nullable SessionBackend backendWithRows() {
        return open(withRowsRanOn);
    }

    private static @Nullable SessionBackend open(@Nullable SessionBackend backend) {
        return backend != null && backend.isOpen() ? backend : null;
    }

    /**
     * A statement has run.
     *
     * @param rows whether it had some
     */
    void ranOn(SessionBackend backend, boolean rows) {
        ranOn = backend;
        if (rows) {
            withRowsRanOn = backend;
        }
    }

    /** Runs a statement that asks about the one before it. */
    void isAskedAbout(Job job) {
        boolean ofRows = job.statement().has(Traits.SPEAKS_OF_LAST_QUERY);
        SessionBackend was = ofRows ? withRowsRanOn : ranOn;
        SessionBackend there = open(was);
        Diagnostics diagnostics = backends.diagnostics();
        if (there == null && was != null && !diagnostics.areKept(ofRows)) {
            diagnostics.gone(was, ofRows);
        }
        if (diagnostics.areKept(ofRows)) {
            session.state(new Opening(job));
            diagnostics.whenKept(() -> answerKept(job, there));
        } else {
            ask(job, there);
        }
    }

    private void ask(Job job, @Nullable SessionBackend there) {
        if (there == null || there.isPrimary()) {
            runner.onPrimary(job);
        } else {
            runner.start(job, there, null);
        }
    }

    /**
     * By what the proxy has asked about it since.
     *
     * @param there where it ran; null if that connection serves another session now
     */
    private void answerKept(Job job, @Nullable SessionBackend there) {
        if (session.state() instanceof SessionState.Closed) {
            job.release();
            return;
        }
        PreparedStatement prepared = job.prepared();
        String sql =
                prepared == null
                        ? Statements.text(job.frame(), job.textFrom())
                        : new String(prepared.sql(), StandardCharsets.UTF_8);
        Optional<TextResult> result = backends.diagnostics().answer(sql);
        if (result.isPresent()) {
            job.release();
            session.answer(result.get(), prepared != null);
        } else if (open(there) != null) {
            ask(job, there);
        } else {
            job.release();
            session.fail(MySqlErrors.diagnosticsGone());
        }
    }
}
