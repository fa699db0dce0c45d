package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.common.Secret;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.SyncException;
import java.util.List;
import java.util.Optional;

/** Who does something to replicas: a startsync that runs, or this process itself. */
interface Worker extends AutoCloseable {
    ActionAnswer resync(String replica, boolean overwrite)
            throws AppException, SyncException, InterruptedException;

    ActionAnswer verify(Optional<String> replica)
            throws AppException, SyncException, InterruptedException;

    /**
     * @param password the new one; empty for one that is made up
     */
    ActionAnswer rotatePassword(Optional<Secret> password)
            throws AppException, SyncException, InterruptedException;

    /** The primary's name. */
    String primary() throws AppException, InterruptedException;

    List<String> replicas() throws AppException, InterruptedException;

    /** The last ones, newest first. */
    List<TopologyEvent> events() throws AppException, InterruptedException;

    /** Shows an event to the user, where nothing else does. */
    void show(TopologyEvent event);

    @Override
    void close();
}
