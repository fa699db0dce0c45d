package io.dbmanager.tests.chaos;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** What clients have met, and when which part was in trouble. Moments are those of nanoTime. */
final class Journal {
    /**
     * A lost connection, a server or a proxy that is away; what else is said means something else.
     */
    private static final String CONNECTION_TROUBLE = "08";

    private record Failure(String client, Action action, long from, long to, SQLException error) {
        /** An answer that never came, within a minute: nothing excuses that. */
        boolean isHang() {
            for (Throwable e = error; e != null; e = e.getCause()) {
                if (e instanceof SocketTimeoutException) {
                    return true;
                }
            }
            return false;
        }

        boolean isHonest() {
            String state = error.getSQLState();
            return state != null && state.startsWith(CONNECTION_TROUBLE);
        }

        String kind() {
            return "%s: %d %s %s%s"
                    .formatted(
                            action,
                            error.getErrorCode(),
                            error.getSQLState(),
                            String.valueOf(error.getMessage()).lines().findFirst().orElse(""),
                            isHang() ? ", no answer within a minute" : "");
        }
    }

    private record Trouble(Fault fault, long from, long to) {
        boolean excuses(Failure failure) {
            return failure.from() <= to
                    && failure.to() >= from
                    && failure.action().mayFailWith(fault.part());
        }
    }

    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Trouble> troubles = new ArrayList<>();

    void failed(String client, Action action, long from, SQLException error) {
        failures.add(new Failure(client, action, from, System.nanoTime(), error));
    }

    /** A client was answered, and the answer cannot be. */
    void wrong(String sentence) {
        wrong.add(sentence);
    }

    /** Told when all is well again and every client has noticed. */
    void troubled(Fault fault, long since) {
        troubles.add(new Trouble(fault, since, System.nanoTime()));
    }

    int failures() {
        return failures.size();
    }

    Collection<String> wrongAnswers() {
        return List.copyOf(wrong);
    }

    /**
     * Failures that no trouble of the time explains, or that say something else than what it was.
     */
    List<String> inexcusable() {
        return failures.stream()
                .filter(failure ->
                        failure.isHang()
                                || !failure.isHonest()
                                || troubles.stream().noneMatch(each -> each.excuses(failure)))
                .map(failure ->
                        "%s %s %s"
                                .formatted(
                                        failure.client(),
                                        failure.kind(),
                                        around(failure).map(Fault::name).toList()))
                .toList();
    }

    private Stream<Fault> around(Failure failure) {
        return troubles.stream()
                .filter(each -> failure.from() <= each.to() && failure.to() >= each.from())
                .map(Trouble::fault);
    }

    /** How often each kind of failure was met, by what had happened. */
    String summary() {
        Map<String, Integer> kinds = new TreeMap<>();
        for (Failure failure : failures) {
            kinds.merge(
                    around(failure).map(Fault::name).toList() + " " + failure.kind(),
                    1,
                    Integer::sum);
        }
        StringBuilder text = new StringBuilder();
        kinds.forEach((kind, times) -> text.append("%6d x %s%n".formatted(times, kind)));
        return text.toString();
    }
}
