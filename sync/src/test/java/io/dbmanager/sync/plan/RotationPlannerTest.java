package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.plan.RotationPlanner.Environment;
import io.dbmanager.sync.plan.RotationPlanner.Sight;
import io.dbmanager.sync.plan.RotationStep.AwaitReplicas;
import io.dbmanager.sync.plan.RotationStep.ChangeManaging;
import io.dbmanager.sync.plan.RotationStep.DiscardOld;
import io.dbmanager.sync.plan.RotationStep.Forget;
import io.dbmanager.sync.plan.RotationStep.Remember;
import io.dbmanager.sync.plan.RotationStep.RenewReplication;
import io.dbmanager.sync.plan.RotationStep.TellEnvironment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationPlannerTest {
    @Test
    void theWholeOrder() {
        assertThat(RotationPlanner.plan(new Model(true, true).sight()))
                .containsExactly(
                        new Remember(),
                        new RenewReplication("r1"),
                        new RenewReplication("r2"),
                        new ChangeManaging(true),
                        new AwaitReplicas(),
                        new TellEnvironment(),
                        new DiscardOld(),
                        new Forget());
    }

    @Test
    void onlyWhatIsLeft() {
        Sight replicated =
                new Sight(true, true, List.of("r1"), Set.of(), 1, false, Environment.OLD);
        assertThat(RotationPlanner.plan(replicated))
                .containsExactly(new TellEnvironment(), new Forget());
        Sight behind = new Sight(true, true, List.of("r1"), Set.of("r1"), 1, true, Environment.NEW);
        assertThat(RotationPlanner.plan(behind))
                .containsExactly(new AwaitReplicas(), new DiscardOld(), new Forget());
    }

    /** One of two accounts of that name may have been changed when it was cut off. */
    @Test
    void severalAccountsAreChangedAgainWhereAReplicaLacksIt() {
        Sight sight = new Sight(true, true, List.of("r1"), Set.of("r1"), 2, false, Environment.OLD);
        assertThat(RotationPlanner.plan(sight))
                .startsWith(new ChangeManaging(false), new AwaitReplicas());
    }

    @Test
    void theOldPasswordStaysUntilTheEnvironmentHasBeenChangedByHand() {
        Model model = new Model(true, false);
        model.run(RotationPlanner.plan(model.sight()));

        assertThat(model.everywhere("old")).isTrue();
        assertThat(model.everywhere("new")).isTrue();
        assertThat(model.note).isTrue();

        model.environment = "new";
        model.run(RotationPlanner.plan(model.sight()));

        assertThat(model.isDone()).isTrue();
    }

    /** It ends after each step, and twice in a row, and each time is begun anew. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whereverItIsCutOffNobodyIsLockedOutAndItEndsAlike(boolean dual) {
        int steps = RotationPlanner.plan(new Model(dual, true).sight()).size();
        for (int first = 0; first <= steps; first++) {
            for (int second = 0; second <= steps; second++) {
                Model model = new Model(dual, true);
                model.runPart(first);
                if (model.note) {
                    model.runPart(second);
                }
                if (model.note) {
                    model.run(RotationPlanner.plan(model.sight()));
                }
                assertThat(model.isDone() || model.isUntouched())
                        .as("cut off after %d and %d: %s", first, second, model)
                        .isTrue();
            }
        }
    }

    /** Servers, the environment's file, and the note on this machine. */
    private static final class Model {
        private final boolean dual;
        private final boolean writable;
        private final List<Set<String>> servers = new ArrayList<>();
        private String environment = "old";
        private boolean note;

        Model(boolean dual, boolean writable) {
            this.dual = dual;
            this.writable = writable;
            for (int i = 0; i < 3; i++) {
                servers.add(new HashSet<>(Set.of("old")));
            }
        }

        Sight sight() {
            Set<String> without = new HashSet<>();
            for (int i = 1; i < servers.size(); i++) {
                if (!servers.get(i).contains("new")) {
                    without.add("r" + i);
                }
            }
            return new Sight(
                    note,
                    servers.getFirst().contains("new"),
                    List.of("r1", "r2"),
                    without,
                    1,
                    dual,
                    environment.equals("new")
                            ? Environment.NEW
                            : writable ? Environment.OLD : Environment.OLD_BY_HAND);
        }

        void runPart(int count) {
            List<RotationStep> plan = RotationPlanner.plan(sight());
            run(plan.subList(0, Math.min(count, plan.size())));
        }

        void run(List<RotationStep> steps) {
            for (RotationStep step : steps) {
                step(step);
                nobodyIsLockedOut(step);
            }
        }

        private void step(RotationStep step) {
            switch (step) {
                case Remember() -> note = true;
                case RenewReplication _ -> {}
                // Replicas get it some time later, at the latest when they are awaited.
                case ChangeManaging(boolean retain) -> change(servers.getFirst(), retain);
                case AwaitReplicas() ->
                        servers.subList(1, 3).forEach(replica -> change(replica, dual));
                case TellEnvironment() -> environment = "new";
                case DiscardOld() -> servers.forEach(server -> server.remove("old"));
                case Forget() -> note = false;
            }
        }

        private static void change(Set<String> server, boolean retain) {
            server.add("new");
            if (!retain) {
                server.remove("old");
            }
        }

        /** What the next start would know opens every server. */
        private void nobodyIsLockedOut(RotationStep after) {
            Set<String> known = new HashSet<>(Set.of(environment));
            if (note) {
                known.addAll(Set.of("old", "new"));
            }
            assertThat(servers)
                    .as("after %s", after)
                    .allSatisfy(server -> assertThat(server).containsAnyElementsOf(known));
        }

        boolean everywhere(String password) {
            return servers.stream().allMatch(server -> server.contains(password));
        }

        boolean isDone() {
            return !note
                    && environment.equals("new")
                    && servers.stream().allMatch(Set.of("new")::equals);
        }

        boolean isUntouched() {
            return !note
                    && environment.equals("old")
                    && servers.stream().allMatch(Set.of("old")::equals);
        }

        @Override
        public String toString() {
            return servers + " environment " + environment + " note " + note;
        }
    }
}
