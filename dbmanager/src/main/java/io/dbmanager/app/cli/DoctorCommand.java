package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.RunComponent;
import io.dbmanager.sync.Finding;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says all that stands in the way of replication, without touching anything. */
@picocli.CommandLine.Command
final class DoctorCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        RunComponent component = Asking.begin(context, spec).standalone();
        List<Finding> findings;
        try (ReplicationManager manager = component.manager()) {
            findings = manager.doctor();
        } finally {
            component.progress().clear();
        }
        findings.forEach(this::show);
        if (findings.stream().anyMatch(Finding::blocks)) {
            throw AppException.failed("Replicas cannot be made until the above is put right.");
        }
        context.console().line("Nothing stands in the way.");
        return ExitCode.DONE;
    }

    private void show(Finding finding) {
        Console console = context.console();
        String mark = finding.blocks() ? console.red("blocks") : console.yellow("note  ");
        console.line("%s  %s  %s".formatted(mark, finding.server(), finding.problem()));
        if (!finding.remedy().isBlank()) {
            finding.remedy().lines().forEach(line -> console.line("        " + line));
        }
    }
}
