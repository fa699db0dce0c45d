package io.dbmanager.proxy.session;

import io.dbmanager.common.Lag;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.backend.ServerCounters;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.dbmanager.proxy.route.Route;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Statements that the proxy answers itself. */
final class LocalAnswers {
    private static final List<Column> ROUTE =
            List.of(
                    Column.text("target"),
                    Column.text("server"),
                    Column.text("reason"),
                    Column.text("statement_kind"));

    private static final List<Column> STATUS =
            List.of(
                    Column.text("name"),
                    Column.text("role"),
                    Column.text("state"),
                    Column.text("lag_seconds"),
                    Column.text("takes_reads"),
                    Column.number("connections_used"),
                    Column.number("connections_idle"),
                    Column.number("reads_total"),
                    Column.number("writes_total"));

    private final SessionContext proxy;
    private final ClientSession session;
    private final SessionFacts facts;
    private final Runner runner;

    LocalAnswers(SessionContext proxy, ClientSession session, SessionFacts facts, Runner runner) {
        this.proxy = proxy;
        this.session = session;
        this.facts = facts;
        this.runner = runner;
    }

    /** Whether the proxy answers such a statement itself. */
    static boolean isLocal(Statement statement) {
        return statement.kind() == StatementKind.EXPLAIN_ROUTE
                || statement.kind() == StatementKind.SHOW_PROXY_STATUS;
    }

    static List<Column> columns(Statement statement) {
        return statement.kind() == StatementKind.EXPLAIN_ROUTE ? ROUTE : STATUS;
    }

    /** Answers the job if it is one of these; then it is done. */
    boolean answers(Job job) {
        if (!isLocal(job.statement())) {
            return false;
        }
        PreparedStatement prepared = job.prepared();
        TextResult result =
                job.statement().kind() == StatementKind.SHOW_PROXY_STATUS
                        ? proxyStatus(job.topology())
                        : prepared == null
                                ? explainRoute(job, job.frame(), job.textFrom())
                                : explainPrepared(job, prepared);
        job.release();
        session.answer(result, prepared != null);
        return true;
    }

    private TextResult explainPrepared(Job job, PreparedStatement prepared) {
        ByteBuf text = Unpooled.wrappedBuffer(prepared.sql());
        return explainRoute(job, text, 0);
    }

    /**
     * @param sql holds the whole statement from {@code offset} to its end
     */
    private TextResult explainRoute(Job job, ByteBuf sql, int offset) {
        int inner = offset + job.statement().innerOffset();
        int start = sql.readerIndex() + inner;
        int length = sql.writerIndex() - start;
        Statement explained = Statements.classify(sql, start, length, facts.sqlContext());
        Job asked = new Job(job.command(), explained, job.answer(), null, sql, job.topology());
        asked.textFrom(inner);
        Route route = runner.choice().would(asked);
        PrimaryStatus primary = job.topology().primary();
        SessionBackend last =
                explained.has(Traits.SPEAKS_OF_LAST_QUERY)
                        ? runner.last().backendWithRows()
                        : runner.last().backend();
        boolean staysOnReplica = route instanceof Route.Stay && last != null && !last.isPrimary();
        List<@Nullable String> row =
                switch (route) {
                    case Route.ToPrimary _ -> Arrays.asList("primary", primary.name());
                    case Route.LeaveReplica _ -> Arrays.asList("primary", primary.name());
                    case Route.ToReplica replica -> Arrays.asList("replica", replica.server());
                    case Route.Stay _ ->
                            staysOnReplica && last != null
                                    ? Arrays.asList("replica", last.connection().server().name())
                                    : Arrays.asList("primary", primary.name());
                    case Route.Reject _ -> Arrays.asList("none", null);
                };
        List<@Nullable String> whole = new ArrayList<>(row);
        whole.add(route instanceof Route.Reject reject ? reject.message() : route.why());
        whole.add(explained.kind().word());
        return new TextResult(ROUTE, List.of(whole));
    }

    private TextResult proxyStatus(TopologySnapshot topology) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        PrimaryStatus primary = topology.primary();
        rows.add(
                row(
                        primary.name(),
                        "primary",
                        primary.reachable() ? "reachable" : "unreachable",
                        "0",
                        true));
        for (ReplicaStatus replica : topology.replicas()) {
            String lag =
                    switch (replica.lag()) {
                        case Lag.Known(var behind) ->
                                String.format(Locale.ROOT, "%.3f", behind.toMillis() / 1000.0);
                        case Lag.Unknown _ -> null;
                    };
            rows.add(
                    row(
                            replica.name(),
                            "replica",
                            replica.state().word(),
                            lag,
                            replica.takesReads()));
        }
        return new TextResult(STATUS, rows);
    }

    private List<@Nullable String> row(
            String name, String role, String state, @Nullable String lag, boolean takesReads) {
        ServerCounters counters = proxy.pools().connector().counters(name);
        return Arrays.asList(
                name,
                role,
                state,
                lag,
                takesReads ? "yes" : "no",
                Integer.toString(counters.used()),
                Integer.toString(counters.idle()),
                Long.toString(counters.reads()),
                Long.toString(counters.writes()));
    }
}
