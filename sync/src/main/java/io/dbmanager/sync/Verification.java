package io.dbmanager.sync;

import io.dbmanager.common.Services;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.run.Survey;
import io.dbmanager.sync.watch.ClusterState;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** Compares replicas with the primary in the background. */
final class Verification {
    Verification(
            Services services,
            ServerConnector connector,
            Survey survey,
            ClusterState state,
            ExecutorService threads) {}

    ActionAnswer begin(Optional<String> replica) {
        return new ActionAnswer.Refused("not there yet");
    }
}
