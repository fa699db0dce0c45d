package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.sync.SyncException;
import java.util.concurrent.Callable;

/** What every command is: something that ends with an exit code or a sentence. */
interface Command extends Callable<ExitCode> {
    @Override
    ExitCode call() throws AppException, SyncException, InterruptedException;
}
