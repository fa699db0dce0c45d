package io.dbmanager.sync;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.TopologyEvent;

/**
 * Told of progress while servers are awaited and replicas made or compared; called from several
 * threads.
 */
public interface SyncListener {
    /**
     * A server is not ready yet (or has just become ready); {@code detail} says why in a few words.
     */
    void onWaiting(String server, boolean ready, String detail);

    void onSeeding(String replica, SeedProgress progress);

    /** A replica is being compared with its primary. */
    default void onVerifying(String replica, SeedProgress progress) {}

    void onEvent(TopologyEvent event);
}
