package io.dbmanager.app;

import java.util.List;

/** Ends the command; the message is what the user reads, one sentence a line. */
public class AppException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ExitCode exitCode;

    public AppException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Wrong input: all its problems at once. */
    public static AppException usage(List<String> problems) {
        return new AppException(ExitCode.USAGE, String.join("\n", problems));
    }

    public static AppException usage(String problem) {
        return new AppException(ExitCode.USAGE, problem);
    }

    public static AppException failed(String sentence) {
        return new AppException(ExitCode.FAILED, sentence);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
