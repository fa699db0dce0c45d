package io.dbmanager.app.run;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncPlan;
import jakarta.inject.Inject;
import java.util.List;

/**
 * A run, once the services are known: wait, inspect, plan, then print the plan or do it, publish,
 * serve and watch until stopped.
 */
public final class Run {
    private final Settings settings;
    private final ReplicationManager manager;
    private final Topology topology;
    private final Serving serving;
    private final EnvironmentWatch environment;
    private final Greeting greeting;
    private final Progress progress;
    private final Console console;

    @Inject
    Run(
            Settings settings,
            ReplicationManager manager,
            Topology topology,
            Serving serving,
            EnvironmentWatch environment,
            Greeting greeting,
            Progress progress,
            Console console) {
        this.settings = settings;
        this.manager = manager;
        this.topology = topology;
        this.serving = serving;
        this.environment = environment;
        this.greeting = greeting;
        this.progress = progress;
        this.console = console;
    }

    /**
     * @throws InterruptedException if the process was asked to end; all is closed then
     */
    public ExitCode run() throws AppException, SyncException, InterruptedException {
        try (manager) {
            if (settings.mode().dryRun()) {
                return dryRun();
            }
            return settings.mode().once() ? once() : serveAndWatch();
        } finally {
            progress.clear();
        }
    }

    private ExitCode dryRun() throws SyncException, InterruptedException {
        manager.awaitServers();
        SyncPlan plan = manager.plan();
        PlanText.lines(plan).forEach(console::line);
        console.line("Nothing was changed: this was a dry run.");
        return PlanText.exitCode(plan);
    }

    private ExitCode once() throws AppException, SyncException, InterruptedException {
        manager.awaitServers();
        if (sync(manager.plan())) {
            console.line(console.green("All replicas replicate."));
            return ExitCode.DONE;
        }
        throw AppException.failed(notReplicating());
    }

    private ExitCode serveAndWatch() throws AppException, SyncException, InterruptedException {
        // The ports come first, so that a taken one is told before any server is changed.
        try (serving) {
            serving.open();
            console.line("Status page on " + serving.pageAddress());
            manager.awaitServers();
            boolean allReplicate = sync(manager.plan());
            manager.startWatching();
            if (!allReplicate) {
                console.line(console.yellow(notReplicating()));
            }
            greet();
            return environment.run();
        }
    }

    private boolean sync(SyncPlan plan) throws AppException, SyncException, InterruptedException {
        PlanText.lines(plan).forEach(console::line);
        if (!plan.refusals().isEmpty()) {
            List<String> sentences =
                    plan.refusals().stream().map(SyncPlan.Refusal::describe).toList();
            throw new AppException(PlanText.exitCode(plan), String.join("\n", sentences));
        }
        boolean allReplicate = manager.apply(plan);
        progress.clear();
        return allReplicate;
    }

    private String notReplicating() {
        List<String> stuck =
                topology.current().replicas().stream()
                        .filter(replica -> !replica.ioRunning() || !replica.sqlRunning())
                        .map(Run::describe)
                        .toList();
        return "Not every replica replicates: "
                + (stuck.isEmpty() ? "see the log" : String.join("; ", stuck))
                + ".";
    }

    private static String describe(ReplicaStatus replica) {
        return replica.name()
                + " is "
                + replica.state().word()
                + replica.reason().map(reason -> " (" + reason + ")").orElse("");
    }

    private void greet() {
        console.line("Proxy on " + serving.proxyAddress() + ", page on " + serving.pageAddress());
        greeting.lines().stream()
                .map(line -> line.replace("{port}", serving.proxyPort()))
                .forEach(console::line);
        console.line(console.dim("Stop with Ctrl-C."));
    }
}
