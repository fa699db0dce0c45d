package io.dbmanager.tests.chaos;

import io.dbmanager.tests.servers.FaultProxy;
import java.sql.Connection;
import java.sql.Statement;

/** What can happen, until it is over again. Whether all is well afterwards is for others to see. */
enum Fault {
    REPLICA_KILLED(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.replica(replica).kill();
            stage.awaitNoReadsAt(replica);
            load.awaitEach(SOME);
            stage.replica(replica).restart();
        }
    },
    REPLICA_RESTARTED(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.replica(replica).restart();
            load.awaitEach(SOME);
        }
    },
    /** It keeps its connections and says nothing. */
    REPLICA_FROZEN(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.replica(replica).stall();
            try {
                stage.awaitNoReadsAt(replica);
                load.awaitEach(SOME);
            } finally {
                stage.replica(replica).resume();
            }
        }
    },
    /** The program cannot reach it, though it goes on replicating. */
    REPLICA_CUT_OFF(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            FaultProxy network = stage.networkOfReplica(replica);
            network.accept(false);
            stage.awaitNoReadsAt(replica);
            load.awaitEach(SOME);
            network.accept(true);
        }
    },
    /** Connections to it are reset again and again, faster than anybody looks at it. */
    REPLICA_FLAPPING(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            for (int i = 0; i < 2 * SOME; i++) {
                stage.networkOfReplica(replica).cut();
                load.awaitReaders(1);
            }
        }
    },
    /** What is sent to it and by it gets lost. */
    REPLICA_UNHEARD(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.networkOfReplica(replica).stall();
            stage.awaitNoReadsAt(replica);
            load.awaitEach(SOME);
            stage.networkOfReplica(replica).resume();
        }
    },
    /** It answers, and applies nothing. */
    REPLICA_LAGGING(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) throws Exception {
            try (Connection holder = stage.synced(replica).connect();
                    Statement statement = holder.createStatement()) {
                statement.execute("FLUSH TABLES WITH READ LOCK");
                stage.awaitNoReadsAt(replica);
                load.awaitEach(SOME);
                statement.execute("UNLOCK TABLES");
            }
        }
    },
    REPLICA_REPLACED_BY_A_BLANK_ONE(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.replica(replica).wipe();
            stage.awaitNoReadsAt(replica);
            load.awaitEach(SOME);
        }
    },
    /** Only the primary is left. */
    ALL_REPLICAS_CUT_OFF(Part.REPLICA) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            for (int i = 1; i <= Stage.REPLICAS; i++) {
                stage.networkOfReplica(i).accept(false);
            }
            for (int i = 1; i <= Stage.REPLICAS; i++) {
                stage.awaitNoReadsAt(i);
            }
            load.awaitEach(SOME);
            for (int i = 1; i <= Stage.REPLICAS; i++) {
                stage.networkOfReplica(i).accept(true);
            }
        }
    },
    PRIMARY_KILLED(Part.PRIMARY) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            int failures = load.journal().failures();
            stage.primary().kill();
            awaitNoPrimary(stage, load, failures);
            stage.primary().restart();
        }
    },
    PRIMARY_RESTARTED(Part.PRIMARY) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.primary().restart();
            load.awaitReaders(SOME);
        }
    },
    PRIMARY_FROZEN(Part.PRIMARY) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            stage.primary().stall();
            try {
                stage.awaitStatus("no primary", status -> status.state().equals("no_primary"));
                load.awaitReaders(SOME);
            } finally {
                stage.primary().resume();
            }
        }
    },
    PRIMARY_CUT_OFF(Part.PRIMARY) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            int failures = load.journal().failures();
            stage.networkOfPrimary().accept(false);
            awaitNoPrimary(stage, load, failures);
            stage.networkOfPrimary().accept(true);
        }
    },
    /** All of its connections are reset, those by which replicas follow it as well. */
    PRIMARY_FLAPPING(Part.PRIMARY_AND_REPLICATION) {
        @Override
        void happen(Stage stage, Load load, int replica) {
            for (int i = 0; i < 2 * SOME; i++) {
                stage.networkOfPrimary().cut();
                load.awaitReaders(1);
            }
        }
    },
    PROGRAM_KILLED(Part.PROGRAM) {
        @Override
        void happen(Stage stage, Load load, int replica) throws Exception {
            stage.killProgram();
            stage.startProgram();
        }
    };

    /** How much clients have to get done while something is wrong. */
    private static final int SOME = 5;

    private final Part part;

    Fault(Part part) {
        this.part = part;
    }

    Part part() {
        return part;
    }

    /**
     * Begins, is noticed, and ends.
     *
     * @param replica which of them, if it is about a replica
     */
    abstract void happen(Stage stage, Load load, int replica) throws Exception;

    private static void awaitNoPrimary(Stage stage, Load load, int failures) {
        stage.awaitStatus("no primary", status -> status.state().equals("no_primary"));
        load.awaitReaders(SOME);
        load.awaitFailure(failures);
    }
}
