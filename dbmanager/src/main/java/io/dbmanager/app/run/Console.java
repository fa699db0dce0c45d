package io.dbmanager.app.run;

import java.io.PrintStream;
import java.util.List;

/**
 * Where people read. On a terminal a few lines at the bottom may be rewritten in place; whatever
 * else is written meanwhile, log lines included, goes above them.
 */
public final class Console {
    private static final String ERASE_BELOW = "\u001b[0J";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colour;
    private List<String> live = List.of();

    /**
     * @param terminal whether lines can be rewritten
     * @param colour whether colours are wanted; only on a terminal
     */
    public Console(PrintStream out, boolean terminal, boolean colour) {
        this.out = out;
        this.terminal = terminal;
        this.colour = terminal && colour;
    }

    public boolean isTerminal() {
        return terminal;
    }

    public synchronized void line(String text) {
        above(() -> out.println(text));
    }

    /** Runs {@code writer}, whose lines then stand above the live ones. */
    public synchronized void above(Runnable writer) {
        erase();
        writer.run();
        draw();
    }

    /** Replaces the lines at the bottom; nothing where there is no terminal. */
    public synchronized void live(List<String> lines) {
        if (terminal) {
            erase();
            live = List.copyOf(lines);
            draw();
        }
    }

    private void erase() {
        if (!live.isEmpty()) {
            out.print("\u001b[" + live.size() + "F" + ERASE_BELOW);
            out.flush();
        }
    }

    private void draw() {
        live.forEach(out::println);
        out.flush();
    }

    public String bold(String text) {
        return paint("1", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
