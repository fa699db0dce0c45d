package io.dbmanager.sync.run;

import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.dialect.Dialects;
import io.dbmanager.sync.jdbc.ServerConnector;
import io.dbmanager.sync.plan.SyncStep;
import io.dbmanager.sync.seed.Neighbours;
import io.dbmanager.sync.seed.RepairSeeder;
import io.dbmanager.sync.seed.SeedListener;
import io.dbmanager.sync.seed.SeedSettings;
import io.dbmanager.sync.seed.SeedSource;
import io.dbmanager.sync.seed.SeedTarget;
import io.dbmanager.sync.seed.UndoneRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Runs a step that repairs a replica. Where that undoes what only the replica has, it is saved
 * first, and the operator is told where, however the repair ends.
 */
record ReplicaRepair(
        ServerConnector connector, SeedSettings settings, Neighbours neighbours, Path stateDir) {
    RepairSeeder.Outcome run(
            SyncStep.Repair step, SeedSource source, SeedTarget target, SeedListener listener)
            throws SyncException, InterruptedException {
        RepairSeeder seeder =
                new RepairSeeder(
                        connector, Dialects.forVersion(source.version()), settings, neighbours);
        if (step.lost().isEmpty()) {
            return seeder.repair(source, target, Optional.empty(), listener);
        }
        try (UndoneRows undone =
                UndoneRows.create(
                        stateDir, target.name(), step.primary(), step.lost(), Instant.now())) {
            try {
                return seeder.repair(source, target, Optional.of(undone), listener);
            } finally {
                if (!undone.isEmpty()) {
                    listener.onNote(target.name(), "what only it had is saved in " + undone.file());
                }
            }
        } catch (IOException e) {
            throw new SyncException(
                    "what only %s has cannot be saved in %s, so it was left as it is: %s"
                            .formatted(target.name(), stateDir, e.getMessage()),
                    e);
        }
    }
}
