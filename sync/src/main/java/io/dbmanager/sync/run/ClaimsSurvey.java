package io.dbmanager.sync.run;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan.Refusal;
import io.dbmanager.sync.inspect.GtidMode;
import io.dbmanager.sync.inspect.Inspection;
import io.dbmanager.sync.inspect.ServerFacts;
import io.dbmanager.sync.jdbc.Failures;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.run.Epochs.Epoch;
import io.dbmanager.sync.run.PrimaryClaims.Claim;
import io.dbmanager.sync.run.PrimaryClaims.Remembered;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks all servers and this machine's memory who is the primary, before the one that the
 * environment names is made the source of anything. Changes nothing.
 */
public final class ClaimsSurvey {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServerConnector connector;
    private final PrimaryMemory memory;

    public ClaimsSurvey(ServerConnector connector, PrimaryMemory memory) {
        this.connector = connector;
        this.memory = memory;
    }

    /**
     * @param refusals why the primary is not believed; empty if it is
     * @param newest the number of the newest epoch that anybody knows of; 0 for none
     */
    public record Outcome(List<Refusal> refusals, long newest) {}

    /**
     * @param overwrite replicas that may lose what only they have, and so also this knowledge
     */
    public Outcome take(Inspection inspection, Set<String> overwrite) throws SyncException {
        ServerFacts primary = inspection.primary();
        if (primary.history().isEmpty()) {
            // It was never a primary of ours: what its replicas hold is looked at by the plan.
            return new Outcome(List.of(), 0);
        }
        Optional<Epoch> own = newest(primary);
        List<Claim> others = new ArrayList<>();
        long newest = own.map(Epoch::number).orElse(0L);
        boolean vouchedFor = false;
        for (ServerFacts replica : inspection.replicas()) {
            if (!replica.history().equals(primary.history())) {
                continue;
            }
            Optional<Epoch> known = newest(replica);
            newest = Math.max(newest, known.map(Epoch::number).orElse(0L));
            vouchedFor |= primary.sourceGtids().contains(replica.replicaGtids());
            if (!overwrite.contains(replica.name())) {
                known.ifPresent(epoch -> others.add(new Claim(epoch, replica.name())));
            }
        }
        List<String> objections = new ArrayList<>();
        PrimaryClaims.objection(primary.identity(), own, others).ifPresent(objections::add);
        Optional<Remembered> before = recall(primary);
        if (before.isPresent()) {
            newest = Math.max(newest, before.get().epoch().number());
            objections(before.get(), primary, own, vouchedFor)
                    .map(why -> why + ". " + remedy(primary))
                    .ifPresent(objections::add);
        }
        return new Outcome(
                objections.stream()
                        .map(why ->
                                new Refusal(
                                        primary.name(), FindingKind.PRIMARY_WENT_BACK, why, true))
                        .toList(),
                newest);
    }

    private static Optional<String> objections(
            Remembered before, ServerFacts primary, Optional<Epoch> own, boolean vouchedFor) {
        Optional<String> stale =
                PrimaryClaims.objection(
                        primary.identity(),
                        own,
                        List.of(new Claim(before.epoch(), "this machine's memory")));
        boolean same = before.epoch().server().equals(primary.identity());
        // A server that has taken over may lack the last moments of the one before, which is told;
        // with no replica that has less than it, it may as well be an old backup.
        return stale.isPresent() || (!same && vouchedFor)
                ? stale
                : PrimaryClaims.wentBack(
                        before, primary.identity(), primary.beat(), executed(primary));
    }

    private static Optional<GtidSet> executed(ServerFacts primary) {
        return primary.gtidMode() == GtidMode.ON
                ? Optional.of(primary.sourceGtids())
                : Optional.empty();
    }

    private String remedy(ServerFacts primary) {
        return "Put the address of the right server into environment.json. If this one is to be the"
                + " primary all the same, remove "
                + memory.file(primary.history().orElseThrow()).orElseThrow()
                + " first";
    }

    private Optional<Remembered> recall(ServerFacts primary) throws SyncException {
        try {
            return memory.recall(primary.history().orElseThrow(), primary.version().flavour());
        } catch (IOException e) {
            throw new SyncException(
                    "what is remembered of the primary cannot be read (%s): make it readable, or remove the file if %s is surely the right primary"
                            .formatted(e, primary.name()),
                    e);
        }
    }

    private Optional<Epoch> newest(ServerFacts server) throws SyncException {
        try (Connection connection = connector.open(server.server(), PATIENCE)) {
            return Epochs.newest(connection);
        } catch (SQLException e) {
            throw new SyncException(
                    "%s does not tell who has been the primary: %s"
                            .formatted(server.name(), Failures.brief(e)),
                    e);
        }
    }
}
