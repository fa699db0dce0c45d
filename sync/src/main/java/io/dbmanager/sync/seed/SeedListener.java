package io.dbmanager.sync.seed;

import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.SyncException;

/** Told how a copy goes; called from several threads. */
public interface SeedListener {
    void onProgress(String replica, SeedProgress progress);

    /** Something an operator should read, such as what could not be carried over and why. */
    void onNote(String replica, String sentence);

    /**
     * This replica drops out of the copy while the others go on: it is not a copy, and its {@link
     * SeedMarker} still says so.
     */
    void onFailed(String replica, SyncException failure);
}
