package io.dbmanager.proxy.session;

import io.dbmanager.common.Lag;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.backend.ServerCounters;
import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import io.dbmanager.proxy.protocol.Wire;
import io.dbmanager.proxy.route.Route;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementKind;
import io.dbmanager.proxy.sql.Traits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements that the proxy answers itself. */
final class LocalAnswers {
    private static final String CONNECTION_ID = "select connection_id()";

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

    /** Answers the job if it is one of these; then it is done. */
    boolean answers(Job job) {
        Statement statement = job.statement();
        Optional<TextResult> result =
                statement.kind() == StatementKind.EXPLAIN_ROUTE
                        ? Optional.of(explainRoute(job))
                        : statement.kind() == StatementKind.SHOW_PROXY_STATUS
                                ? Optional.of(proxyStatus(job.topology()))
                                : statement.has(Traits.USES_CONNECTION_ID)
                                        ? connectionId(job)
                                        : Optional.empty();
        if (result.isEmpty()) {
            return false;
        }
        job.release();
        ByteBuf out = session.channel().alloc().buffer();
        result.get().encode(out, session.who().primary().capabilities(), facts.status());
        session.answer(out);
        session.idle();
        return true;
    }

    private TextResult explainRoute(Job job) {
        ByteBuf frame = job.frame();
        int start = frame.readerIndex() + Wire.HEADER + 1 + job.statement().innerOffset();
        int length = frame.writerIndex() - start;
        Statement inner = Statements.classify(frame, start, length, facts.sqlContext());
        Job asked = new Job(job.command(), inner, job.answer(), null, job.frame(), job.topology());
        Route route = runner.wouldRoute(asked);
        PrimaryStatus primary = job.topology().primary();
        SessionBackend last = runner.last();
        boolean staysOnReplica = route instanceof Route.Stay && last != null && !last.isPrimary();
        List<@Nullable String> row =
                switch (route) {
                    case Route.ToPrimary _ -> Arrays.asList("primary", primary.name());
                    case Route.ToReplica replica -> Arrays.asList("replica", replica.server());
                    case Route.Stay _ ->
                            staysOnReplica && last != null
                                    ? Arrays.asList("replica", last.connection().server().name())
                                    : Arrays.asList("primary", primary.name());
                    case Route.Reject _ -> Arrays.asList("none", null);
                };
        List<@Nullable String> whole = new ArrayList<>(row);
        whole.add(route instanceof Route.Reject reject ? reject.message() : route.why());
        whole.add(inner.kind().word());
        return new TextResult(
                List.of(
                        Column.text("target"),
                        Column.text("server"),
                        Column.text("reason"),
                        Column.text("statement_kind")),
                List.of(whole));
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
        return new TextResult(
                List.of(
                        Column.text("name"),
                        Column.text("role"),
                        Column.text("state"),
                        Column.text("lag_seconds"),
                        Column.text("takes_reads"),
                        Column.number("connections_used"),
                        Column.number("connections_idle"),
                        Column.number("reads_total"),
                        Column.number("writes_total")),
                rows);
    }

    private List<@Nullable String> row(
            String name, String role, String state, @Nullable String lag, boolean takesReads) {
        ServerCounters counters = proxy.connector().counters(name);
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

    /** The id of the greeting, where it is asked for and nothing else. */
    private Optional<TextResult> connectionId(Job job) {
        ByteBuf frame = job.frame();
        int start = frame.readerIndex() + Wire.HEADER + 1;
        String text = frame.toString(start, frame.writerIndex() - start, StandardCharsets.UTF_8);
        String bare = text.strip();
        String unended = bare.endsWith(";") ? bare.substring(0, bare.length() - 1).strip() : bare;
        if (!unended.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").equals(CONNECTION_ID)) {
            return Optional.empty();
        }
        String column = unended.substring(unended.toLowerCase(Locale.ROOT).indexOf("connection"));
        return Optional.of(
                new TextResult(
                        List.of(Column.number(column)),
                        List.of(List.of(Integer.toString(session.id())))));
    }
}
