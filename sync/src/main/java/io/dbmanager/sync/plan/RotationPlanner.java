package io.dbmanager.sync.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Decides in which order a password is changed, from whatever state an earlier attempt has left.
 * Pure.
 *
 * <p>At every moment, whatever ends then, each server takes a password that the next start knows:
 * from the environment, or from the note on this machine. So the note comes before the first server
 * is changed and goes after the environment says the same; and what has replicated everywhere is
 * told to the environment before the old password is discarded.
 *
 * <p>Replication accounts come first: a replica may have been set up by hand to fetch with the
 * managing account itself.
 */
public final class RotationPlanner {
    private RotationPlanner() {}

    /** What the environment gives as the managing password. */
    public enum Environment {
        /** The one before, and it can be changed from here. */
        OLD,
        /** The one before, and somebody else has to change it. */
        OLD_BY_HAND,
        NEW
    }

    /**
     * What was seen of a rotation.
     *
     * @param remembered whether the new password is noted on this machine
     * @param primaryTakesNew whether the managing account has it on the primary
     * @param replicas all of them
     * @param withoutNew those of them that do not take it
     * @param accounts how many accounts log in here: which one does may depend on the server
     * @param dual whether the old password can go on working beside the new one
     */
    public record Sight(
            boolean remembered,
            boolean primaryTakesNew,
            List<String> replicas,
            Set<String> withoutNew,
            int accounts,
            boolean dual,
            Environment environment) {
        public Sight {
            replicas = List.copyOf(replicas);
            withoutNew = Set.copyOf(withoutNew);
        }
    }

    /**
     * All that is left to do, in order. While the environment has to be changed by hand, the old
     * password stays where both can work, and so does the note.
     */
    public static List<RotationStep> plan(Sight sight) {
        List<RotationStep> steps = new ArrayList<>();
        if (!sight.remembered()) {
            steps.add(new RotationStep.Remember());
        }
        if (!sight.primaryTakesNew()) {
            sight.replicas().forEach(name -> steps.add(new RotationStep.RenewReplication(name)));
        }
        boolean lacking = !sight.withoutNew().isEmpty();
        if (!sight.primaryTakesNew() || (lacking && sight.accounts() > 1)) {
            steps.add(new RotationStep.ChangeManaging(sight.dual()));
        }
        if (!sight.primaryTakesNew() || lacking) {
            steps.add(new RotationStep.AwaitReplicas());
        }
        switch (sight.environment()) {
            case OLD -> {
                steps.add(new RotationStep.TellEnvironment());
                end(sight, steps);
            }
            case NEW -> end(sight, steps);
            case OLD_BY_HAND -> {}
        }
        return steps;
    }

    private static void end(Sight sight, List<RotationStep> steps) {
        if (sight.dual()) {
            steps.add(new RotationStep.DiscardOld());
        }
        steps.add(new RotationStep.Forget());
    }
}
