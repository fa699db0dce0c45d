package io.dbmanager.app;

import io.dbmanager.app.cli.Cli;
import io.dbmanager.app.cli.Context;

/** Where the process begins and ends. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Context context = Context.ofProcess();
        ExitCode code = new Cli(context).run(args);
        context.stop().exit(code);
    }
}
