package io.dbmanager.app;

/** How the command ends; the numbers are a contract with scripts. */
public enum ExitCode {
    DONE(0),
    /** One sentence on standard error says what to do. */
    FAILED(1),
    /** The command line, the settings or environment.json are wrong. */
    USAGE(2),
    /** Servers never became ready. */
    NOT_READY(3),
    /** Going on would have lost data that exists nowhere else. */
    WOULD_LOSE_DATA(4);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
