package io.dbmanager.sync.plan;

/**
 * One thing that is done when the managing password changes. Each can be done twice without harm.
 */
public sealed interface RotationStep {
    /** What will be done, for people. */
    String describe();

    /** Writes the new password down on this machine, before any server has it. */
    record Remember() implements RotationStep {
        @Override
        public String describe() {
            return "note the new password in state-dir";
        }
    }

    /** Gives the account that a replica fetches with a new password, and tells the replica. */
    record RenewReplication(String replica) implements RotationStep {
        @Override
        public String describe() {
            return "a new password for the replication account of " + replica;
        }
    }

    /**
     * Changes the managing account on the primary, whence it replicates.
     *
     * @param retain whether the old password goes on working beside the new one
     */
    record ChangeManaging(boolean retain) implements RotationStep {
        @Override
        public String describe() {
            return "the new password for the managing account on the primary"
                    + (retain ? ", beside the old one" : "");
        }
    }

    /** Waits until every replica takes the new password. */
    record AwaitReplicas() implements RotationStep {
        @Override
        public String describe() {
            return "wait until every replica takes it";
        }
    }

    /** Writes it where the next start looks for it. */
    record TellEnvironment() implements RotationStep {
        @Override
        public String describe() {
            return "write it into environment.json";
        }
    }

    /** Ends the old password where both work. */
    record DiscardOld() implements RotationStep {
        @Override
        public String describe() {
            return "discard the old one";
        }
    }

    /** Removes the note: all that it says is said by the environment. */
    record Forget() implements RotationStep {
        @Override
        public String describe() {
            return "remove the note";
        }
    }
}
