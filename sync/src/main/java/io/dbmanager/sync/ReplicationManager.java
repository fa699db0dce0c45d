package io.dbmanager.sync;

import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Makes the replicas and keeps them. The methods are called in the order in which they stand here;
 * {@link #plan} and {@link #doctor} change nothing.
 */
public final class ReplicationManager implements AutoCloseable {
    public ReplicationManager(
            Services services,
            SyncSettings settings,
            Topology topology,
            SyncListener listener,
            Clock clock) {}

    /**
     * Waits until every server accepts a login and a query.
     *
     * @throws SyncException.NotReady if the time allowed has passed
     * @throws SyncException if waiting cannot help, such as with a wrong password
     */
    public void awaitServers() throws SyncException, InterruptedException {
        throw new SyncException("not there yet");
    }

    /** Looks at every server and says what is to be done; changes nothing. */
    public SyncPlan plan() throws SyncException, InterruptedException {
        throw new SyncException("not there yet");
    }

    /** Says all that stands in the way or will, worst first; changes nothing. */
    public List<Finding> doctor() throws SyncException, InterruptedException {
        throw new SyncException("not there yet");
    }

    /**
     * Does what the plan says.
     *
     * @return whether every replica replicates now
     * @throws SyncException.WouldLoseData before anything is changed, if the plan holds a refusal
     */
    public boolean apply(SyncPlan plan) throws SyncException, InterruptedException {
        throw new SyncException("not there yet");
    }

    /** Begins to watch, in the background, until closed. */
    public void startWatching() {}

    /**
     * Asks for a replica to be copied again.
     *
     * @param overwrite consent to lose what only this replica has
     */
    public ActionAnswer resync(String replica, boolean overwrite) {
        return new ActionAnswer.UnknownReplica(replica);
    }

    /**
     * Compares one replica, or all, with the primary in the background; the outcome is an event
     * each.
     */
    public ActionAnswer verify(Optional<String> replica) {
        return new ActionAnswer.Refused("not there yet");
    }

    @Override
    public void close() {}
}
