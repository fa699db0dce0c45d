package io.dbmanager.app.cli;

import io.dbmanager.app.run.Progress;
import io.dbmanager.app.run.RunComponent;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Secret;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import java.util.List;
import java.util.Optional;

/** This process, for when no startsync runs. It watches nothing: it does the one thing. */
final class LocalWorker implements Worker {
    private final ReplicationManager manager;
    private final Topology topology;
    private final Progress progress;

    LocalWorker(RunComponent component) {
        manager = component.manager();
        topology = component.topology();
        progress = component.progress();
    }

    @Override
    public ActionAnswer resync(String replica, boolean overwrite)
            throws SyncException, InterruptedException {
        manager.awaitServers();
        return manager.resync(replica, overwrite);
    }

    @Override
    public ActionAnswer verify(Optional<String> replica)
            throws SyncException, InterruptedException {
        manager.awaitServers();
        return manager.verify(replica);
    }

    @Override
    public ActionAnswer rotatePassword(Optional<Secret> password)
            throws SyncException, InterruptedException {
        manager.awaitServers();
        return manager.rotatePassword(password);
    }

    @Override
    public String primary() {
        return topology.current().primary().name();
    }

    @Override
    public List<String> replicas() {
        return topology.current().replicas().stream().map(ReplicaStatus::name).toList();
    }

    @Override
    public List<TopologyEvent> events() {
        return topology.current().lastEvents();
    }

    @Override
    public void show(TopologyEvent event) {
        // The manager's listener has shown it when it happened.
    }

    @Override
    public void close() {
        progress.clear();
        manager.close();
    }
}
