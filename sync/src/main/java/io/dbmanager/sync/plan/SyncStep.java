package io.dbmanager.sync.plan;

import java.util.List;

/**
 * One thing that is done to a server. Each can be done twice without harm. A step does not say to
 * which server: the plan it stands in does.
 */
public sealed interface SyncStep {
    /** What will be done, for people. */
    String describe();

    /** Whether the server is made a copy of the primary by it, whatever it held before. */
    default boolean seeds() {
        return false;
    }

    /**
     * @param lasting whether it outlives the server's restart
     * @param advice which line would make it last, where it does not
     */
    record SetVariable(String variable, String value, boolean lasting, String why, String advice)
            implements SyncStep {
        @Override
        public String describe() {
            String text = "set " + variable + " = " + value + ", " + why;
            return lasting ? text : text + " (until its next restart; " + advice + ")";
        }
    }

    /**
     * Switches GTIDs on, step by step and on all of these servers together, while clients go on.
     */
    record EnableGtids(List<String> servers) implements SyncStep {
        public EnableGtids {
            servers = List.copyOf(servers);
        }

        @Override
        public String describe() {
            return "switch GTIDs on, step by step and without stopping anybody, on "
                    + String.join(", ", servers);
        }
    }

    /** Makes the schema and the table by which lag is measured. */
    record CreateHeartbeat() implements SyncStep {
        @Override
        public String describe() {
            return "create schema dbmanager with the heartbeat by which lag is measured";
        }
    }

    /** Stops every replication channel and forgets where it led. */
    record ForgetChannels(List<String> sources) implements SyncStep {
        public ForgetChannels {
            sources = List.copyOf(sources);
        }

        @Override
        public String describe() {
            return "stop replicating from " + String.join(" and ", sources);
        }
    }

    /** Makes it replicate all schemas and tables. */
    record ClearFilters(String advice) implements SyncStep {
        @Override
        public String describe() {
            return "leave nothing out of what it replicates (until its next restart; "
                    + advice
                    + ")";
        }
    }

    /**
     * Gives the server everything that the primary has, in place of what it holds.
     *
     * @param donor which server it is read from
     * @param why what makes a copy necessary
     * @param notCloned why it is not cloned; empty text where that goes without saying
     */
    record Copy(Donor donor, String why, String notCloned) implements SyncStep {
        @Override
        public String describe() {
            String which = donor.why().isEmpty() ? "" : " (" + donor.why() + ")";
            return "copy everything from "
                    + donor.name()
                    + which
                    + ", accounts included: "
                    + why
                    + (notCloned.isEmpty() ? "" : " (not cloned, since " + notCloned + ")");
        }

        @Override
        public boolean seeds() {
            return true;
        }
    }

    /**
     * The same by the clone plugin of MySQL, which ends with a restart of the server. Where it
     * turns out that it cannot be done, {@link Copy} is done instead.
     *
     * @param why what makes it necessary
     * @param unsupervised whether it is also done where nothing but an operator starts the server
     *     again
     * @param installOn the servers that get the plugin first
     */
    record Clone(String primary, String why, boolean unsupervised, List<String> installOn)
            implements SyncStep {
        public Clone {
            installOn = List.copyOf(installOn);
        }

        @Override
        public String describe() {
            return "clone everything from "
                    + primary
                    + ", accounts included"
                    + (installOn.isEmpty()
                            ? ""
                            : ", with the clone plugin, which is installed on "
                                    + String.join(" and ", installOn))
                    + (unsupervised
                            ? ", and be restarted by it, or by an operator where nothing restarts"
                                    + " it"
                            : ", and be restarted by it; a restart before it has to show that it"
                                    + " comes back by itself, else it is copied")
                    + ": "
                    + why;
        }

        @Override
        public boolean seeds() {
            return true;
        }
    }

    /** Keeps the server from running the primary's events itself, as replication does. */
    record DisableEvents(int events) implements SyncStep {
        @Override
        public String describe() {
            return "disable what it would run of the primary's events itself ("
                    + events
                    + (events == 1 ? " event)" : " events)");
        }
    }

    /**
     * Makes what the server holds equal to what the primary has, by shipping what differs.
     *
     * @param why what makes it necessary
     * @param lost what goes, which is saved in a file first; empty for nothing
     */
    record Repair(String primary, String why, List<String> lost) implements SyncStep {
        public Repair {
            lost = List.copyOf(lost);
        }

        @Override
        public String describe() {
            return "compare everything with "
                    + primary
                    + " and repair what differs, accounts included"
                    + (lost.isEmpty() ? "" : ", after saving what goes in a file")
                    + ": "
                    + why;
        }

        @Override
        public boolean seeds() {
            return true;
        }
    }

    /** Where replication begins. */
    enum From {
        /** Where the copy made just before was taken. */
        THE_COPY,
        /** After what the server already has, by its GTIDs. */
        OWN_GTIDS,
        /** Where its channel stands, with what it has fetched already. */
        ITS_PLACE,
        /** After what its channel has applied; what it had fetched is fetched again. */
        ITS_APPLIED
    }

    /**
     * Points the server at the primary, under an account made for it, and starts replication.
     *
     * @param gtids whether it finds its place by GTIDs, else by file and offset
     */
    record Replicate(String primary, From from, boolean gtids) implements SyncStep {
        @Override
        public String describe() {
            String place =
                    switch (from) {
                        case THE_COPY -> gtids ? "by GTIDs" : "by file and offset";
                        case OWN_GTIDS -> "by GTIDs, from what it has on";
                        case ITS_PLACE -> "from where it stands";
                        case ITS_APPLIED -> "from what it has applied on";
                    };
            return "replicate from " + primary + " " + place + ", under an account of its own";
        }
    }

    record StartReplication(String why) implements SyncStep {
        @Override
        public String describe() {
            return "start replication: " + why;
        }
    }

    /** Turns away writers other than replication. */
    record MakeReadOnly(boolean lasting) implements SyncStep {
        @Override
        public String describe() {
            return "make it read-only"
                    + (lasting ? "" : " (and again whenever it has been restarted)");
        }
    }
}
