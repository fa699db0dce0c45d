package io.dbmanager.app.demo;

import io.dbmanager.app.AppException;
import io.dbmanager.app.run.Console;
import io.dbmanager.app.run.Greeting;
import io.dbmanager.common.Services;
import java.nio.file.Path;
import java.util.Optional;

/** WIP. */
public final class Demo implements AutoCloseable {
    public static Demo start(Optional<Path> folder, Console console) throws AppException {
        throw AppException.failed("not there yet");
    }

    public Services services() {
        throw new IllegalStateException();
    }

    public Greeting greeting() {
        return Greeting.NONE;
    }

    @Override
    public void close() {}
}
