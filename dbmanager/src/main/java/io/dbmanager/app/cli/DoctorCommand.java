package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.RunComponent;
import io.dbmanager.sync.Diagnosis;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says all that stands in the way of replication; touches nothing unless asked to fix it. */
@picocli.CommandLine.Command
final class DoctorCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    /** Do what can be done without a copy and without losing anything. */
    @Option(names = "--fix")
    private boolean fix;

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        RunComponent component = Asking.begin(context, spec).standalone();
        List<Diagnosis> diagnoses;
        try (ReplicationManager manager = component.manager()) {
            if (fix) {
                manager.fix().forEach(done -> context.console().line("done    " + done));
            }
            diagnoses = manager.doctor();
        } finally {
            component.progress().clear();
        }
        diagnoses.forEach(this::show);
        if (diagnoses.stream().anyMatch(d -> d.weight() == Diagnosis.Weight.BLOCKS)) {
            throw AppException.failed("Replicas cannot be made until the above is put right.");
        }
        boolean fixable = diagnoses.stream().anyMatch(d -> d.weight() == Diagnosis.Weight.FIXABLE);
        context.console()
                .line(
                        fixable
                                ? "Nothing stands in the way. What is marked fixable, startsync doctor --fix puts right."
                                : "Nothing stands in the way.");
        return ExitCode.DONE;
    }

    private void show(Diagnosis diagnosis) {
        Console console = context.console();
        String mark =
                switch (diagnosis.weight()) {
                    case BLOCKS -> console.red("blocks ");
                    case FIXABLE -> console.yellow("fixable");
                    case NOTE -> console.yellow("note   ");
                };
        console.line(
                "%s  %s  %s".formatted(mark, diagnosis.server(), diagnosis.finding().detail()));
        if (!diagnosis.remedy().isBlank()) {
            diagnosis.remedy().lines().forEach(line -> console.line("         " + line));
        }
        console.line(
                console.dim(
                        "         %s, %s"
                                .formatted(
                                        diagnosis.finding().kind().id(),
                                        diagnosis.finding().kind().page())));
    }
}
