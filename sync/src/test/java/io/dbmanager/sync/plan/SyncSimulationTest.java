package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.inspect.Unfinished;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The planner at work on models of servers that are in any state, with a crash between any two
 * steps and in the middle of the long ones. Whatever happens, no row that is on one server only is
 * destroyed without consent, and runs end with all replicas equal or with a refusal that says why.
 */
class SyncSimulationTest {
    private static final int WORLDS = 500;

    /** No run needs more attempts than this, unless it does not get nearer to its end. */
    private static final int RUNS_MAX = 60;

    /** The process died here. */
    private static final class Crash extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** A primary, two replicas, and what an operator has consented to. */
    private static final class World {
        final Random random;
        final ModelServer primary = new ModelServer("dbwrite", 0);
        final List<ModelServer> replicas =
                List.of(new ModelServer("dbread1", 1), new ModelServer("dbread2", 2));
        final Set<String> consent = new HashSet<>();
        final List<String> story = new ArrayList<>();
        final CloneMode cloning;
        int crashesLeft;

        World(long seed) {
            random = new Random(seed);
            List<CloneMode> modes = List.of(CloneMode.values());
            cloning = modes.get(random.nextInt(modes.size()));
            primary.canClone = random.nextBoolean();
            primary.enabledEvents = random.nextInt(2);
            crashesLeft = random.nextInt(8);
            primary.identity = Facts.UUID_P;
            primary.serverId = 10;
            for (int i = random.nextInt(6); i > 0; i--) {
                primary.write();
            }
            if (random.nextInt(4) > 0) {
                primary.history = "h";
                primary.beat = 5L + random.nextInt(5);
            }
            if (!primary.executed.isEmpty() && random.nextInt(4) == 0) {
                primary.purged.addAll(firstOf(primary, 1 + random.nextInt(3)));
            }
            replicas.forEach(this::putIntoAnyState);
            if (random.nextInt(4) == 0) {
                consent.add(replicas.get(random.nextInt(2)).name);
            }
        }

        private static List<String> firstOf(ModelServer server, int count) {
            return server.executed.stream().limit(count).toList();
        }

        private void putIntoAnyState(ModelServer replica) {
            replica.canClone = random.nextBoolean();
            replica.comesBack = random.nextBoolean();
            if (random.nextInt(4) == 0) {
                story.add(replica.name + " is blank");
                return;
            }
            List<String> part = firstOf(primary, random.nextInt(7));
            replica.executed.addAll(part);
            replica.rows.addAll(part);
            replica.history = primary.history;
            replica.beat = primary.history == null ? 0 : primary.beat - random.nextInt(3);
            replica.readOnly = random.nextBoolean();
            switch (random.nextInt(10)) {
                case 0 -> replica.channel(Facts.stopped());
                case 1 -> replica.channel(Facts.sqlError(1062, "Duplicate entry"));
                case 2 -> replica.channel(Facts.sqlError(1594, "Relay log read failure"));
                case 3 ->
                        replica.channel(
                                Facts.ioError(ChannelStatus.Io.CONNECTING, 1045, "Access denied"));
                case 4 -> replica.channel(Facts.fromElsewhere(""));
                case 5 -> {
                    replica.channel(Facts.running());
                    replica.channels.add(Facts.fromElsewhere("second"));
                }
                case 6 -> {
                    replica.filtered = true;
                    replica.channel(Facts.running());
                }
                case 7 -> replica.channels.clear();
                default -> replica.channel(Facts.running());
            }
            switch (random.nextInt(8)) {
                case 0 -> replica.write();
                case 1 -> replica.serverId = primary.serverId;
                case 2 -> replica.history = "another";
                case 3 -> replica.beat = primary.beat + 1;
                case 4 -> {
                    if (replica.executed.isEmpty()) {
                        replica.unfinished = Unfinished.REPAIR;
                    }
                }
                case 5 -> replica.unfinished = unfinishedCopy(replica);
                default -> {}
            }
            story.add(replica.toString());
        }

        /** A copy that was cut off has no GTIDs of its own, and no channel; it may have history. */
        private Unfinished unfinishedCopy(ModelServer replica) {
            if (!replica.executed.isEmpty() || !replica.channels.isEmpty()) {
                return Unfinished.NOTHING;
            }
            replica.rows.addAll(firstOf(primary, random.nextInt(7)));
            return Unfinished.COPY;
        }

        void mayCrash() throws Crash {
            if (crashesLeft > 0 && random.nextInt(4) == 0) {
                crashesLeft--;
                throw new Crash();
            }
        }

        SyncPlan plan() {
            return SyncPlanner.plan(
                    primary.facts(),
                    replicas.stream().map(ModelServer::facts).toList(),
                    consent,
                    cloning);
        }

        /** As the runner does: nothing of a plan that holds a refusal, else step by step. */
        void run(SyncPlan plan) throws Crash {
            for (SyncPlan.ServerPlan part : plan.servers()) {
                ModelServer server =
                        part.primary()
                                ? primary
                                : replicas.stream()
                                        .filter(r -> r.name.equals(part.name()))
                                        .findFirst()
                                        .orElseThrow();
                for (SyncStep step : part.work()) {
                    mayCrash();
                    story.add(server.name + ": " + step.describe());
                    run(step, server);
                    if (random.nextInt(8) == 0) {
                        // Done, and the process does not know it.
                        run(step, server);
                    }
                }
            }
        }

        /** Servers replicate whether our process lives or not. */
        void replicateOn() {
            replicas.forEach(replica -> replica.catchUp(primary));
        }

        private void run(SyncStep step, ModelServer server) throws Crash {
            switch (step) {
                case SyncStep.SetVariable set -> {
                    if (set.variable().equals("server_id")) {
                        server.serverId = Long.parseLong(set.value());
                    }
                }
                case SyncStep.EnableGtids _ -> throw new AssertionError("they are on");
                case SyncStep.CreateHeartbeat _ -> {
                    primary.history = primary.history == null ? "h" : primary.history;
                    primary.beat = Math.max(primary.beat, 1);
                }
                case SyncStep.ForgetChannels _ -> server.channels.clear();
                case SyncStep.ClearFilters _ -> server.filtered = false;
                case SyncStep.Copy _ -> copy(server);
                case SyncStep.Clone clone -> cloneInto(server, clone);
                case SyncStep.DisableEvents _ -> server.enabledEvents = 0;
                case SyncStep.Repair _ -> repair(server);
                case SyncStep.Replicate _ -> replicate(server);
                case SyncStep.StartReplication _ -> server.channel(Facts.running());
                case SyncStep.MakeReadOnly _ -> server.readOnly = true;
            }
        }

        private void copy(ModelServer server) throws Crash {
            assertThat(server.leftovers).as("%s", story).isFalse();
            boolean resumes = server.unfinished == Unfinished.COPY;
            server.unfinished = Unfinished.COPY;
            mayCrash();
            if (!resumes) {
                server.rows.clear();
                server.history = null;
            }
            mayCrash();
            // What was kept and the primary has no more goes only now.
            server.rows.retainAll(primary.rows);
            mayCrash();
            List<String> all = List.copyOf(primary.rows);
            server.rows.addAll(all.subList(0, all.size() / 2));
            mayCrash();
            server.rows.addAll(all);
            server.history = primary.history;
            server.beat = primary.beat;
        }

        private void cloneInto(ModelServer server, SyncStep.Clone step) throws Crash {
            if (!step.unsupervised() && !server.comesBack) {
                copy(server);
                return;
            }
            mayCrash();
            server.unfinished = Unfinished.REPAIR;
            mayCrash();
            while (!server.rows.isEmpty()) {
                server.rows.remove(server.rows.iterator().next());
                mayCrash();
            }
            server.history = null;
            mayCrash();
            server.channels.clear();
            mayCrash();
            // The server drops our note with all else.
            server.unfinished = Unfinished.NOTHING;
            mayCrash();
            while (random.nextInt(4) == 0) {
                story.add(server.name + " was killed in the middle, and is cloned once more");
                server.leftovers = true;
                mayCrash();
            }
            // Whether our process lives or not.
            server.becomeCloneOf(primary);
            mayCrash();
        }

        private void repair(ModelServer server) throws Crash {
            server.unfinished = Unfinished.REPAIR;
            mayCrash();
            server.rows.retainAll(primary.rows);
            mayCrash();
            server.rows.addAll(primary.rows);
            server.history = primary.history;
            server.beat = primary.beat;
        }

        private void replicate(ModelServer server) throws Crash {
            boolean copied = server.unfinished != Unfinished.NOTHING;
            // What a copy or a repair leaves of events is disabled, and so is what replicates.
            if (copied) {
                server.enabledEvents = 0;
            }
            server.channels.clear();
            mayCrash();
            if (copied) {
                server.executed.clear();
                server.executed.addAll(primary.executed);
            }
            mayCrash();
            server.channel(Facts.running());
            mayCrash();
            server.unfinished = Unfinished.NOTHING;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void noRowIsLostAndEveryRunEnds(long seed) {
        int equal = 0;
        int refused = 0;
        for (int i = 0; i < WORLDS; i++) {
            World world = new World(seed * WORLDS + i);
            if (endsWithEqualReplicas(world)) {
                equal++;
            } else {
                refused++;
            }
        }
        assertThat(equal).as("worlds that end well").isGreaterThan(WORLDS / 5);
        assertThat(refused).as("worlds that are refused").isGreaterThan(WORLDS / 20);
    }

    /** Whether it does; else it has been refused. */
    private static boolean endsWithEqualReplicas(World world) {
        for (int run = 0; run < RUNS_MAX; run++) {
            SyncPlan plan = world.plan();
            if (!plan.refusals().isEmpty()) {
                assertThat(plan.refusals())
                        .as("%s", world.story)
                        .allMatch(refusal -> refusal.sentence().length() > 20);
                return false;
            }
            Set<String> before = rowsThatNobodyGaveUp(world);
            try {
                world.run(plan);
            } catch (Crash _) {
                world.story.add("crash");
            }
            world.replicateOn();
            assertThat(rowsThatNobodyGaveUp(world))
                    .as("rows after %s", world.story)
                    .containsAll(before);
            SyncPlan after = world.plan();
            if (after.refusals().isEmpty()
                    && after.servers().stream().allMatch(part -> part.work().isEmpty())) {
                assertThat(world.replicas)
                        .as("%s", world.story)
                        .allMatch(ModelServer::replicates)
                        .allMatch(replica -> replica.readOnly)
                        .allMatch(replica -> replica.enabledEvents == 0)
                        .allMatch(replica -> replica.isEqualTo(world.primary));
                return true;
            }
        }
        throw new AssertionError("never ends: " + world.story);
    }

    /** All rows but those that are only on replicas with consent. */
    private static Set<String> rowsThatNobodyGaveUp(World world) {
        Set<String> rows = new HashSet<>(world.primary.rows);
        world.replicas.stream()
                .filter(replica -> !world.consent.contains(replica.name))
                .forEach(replica -> rows.addAll(replica.rows));
        return rows;
    }
}
