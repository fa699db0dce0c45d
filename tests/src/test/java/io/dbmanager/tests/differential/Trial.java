package io.dbmanager.tests.differential;

import io.dbmanager.common.ServerAddress;
import io.dbmanager.tests.differential.Step.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says a sequence to both, a step at a time, and compares what each of the two answers. Clients
 * take turns: whoever waits for a lock waits on both sides.
 */
final class Trial implements AutoCloseable {
    private static final int QUERY = 0x03;
    private static final int NO_SUCH_TABLE = 1146;

    /** Where the two differ. */
    record Difference(int step, Step what, List<Answer> straight, List<Answer> proxied) {
        @Override
        public String toString() {
            return "  step %d: %s%n    straight: %s%n    proxied:  %s"
                    .formatted(step, what, straight, proxied);
        }
    }

    /** One client's connection to one of the two. */
    private static final class Side {
        private final RawClient client;
        private final Map<String, Long> prepared = new HashMap<>();

        Side(ServerAddress address, int capabilities) throws IOException {
            client = new RawClient(address, Twins.USER, capabilities);
        }
    }

    private static final class Message {
        private final int command;
        private final byte[] rest;

        Message(int command, byte[] rest) {
            this.command = command;
            this.rest = rest;
        }

        int command() {
            return command;
        }

        byte[] rest() {
            return rest;
        }
    }

    private final Twins twins;
    private final List<Side> straight = new ArrayList<>();
    private final List<Side> proxied = new ArrayList<>();
    private final List<RawClient> crowd = new ArrayList<>();

    private Trial(Twins twins, long seed) throws IOException {
        this.twins = twins;
        Twins.Kind kind = Twins.Kind.of(seed);
        for (int client = 0; client < Sequences.CLIENTS; client++) {
            int capabilities = Sequences.capabilities(seed, client);
            straight.add(new Side(twins.straight(), capabilities));
            proxied.add(new Side(twins.proxied(kind), capabilities));
        }
        for (int member = 0; kind.crowded() && member < Sequences.CROWD; member++) {
            crowd.add(new RawClient(twins.proxied(kind), Twins.CROWD, RawClient.USUAL));
        }
    }

    /** What differs first, where anything does. */
    static Optional<Difference> run(Twins twins, long seed, List<Step> steps)
            throws IOException, SQLException {
        try (Trial trial = new Trial(twins, seed)) {
            for (int client = 0; client < Sequences.CLIENTS; client++) {
                for (String sql :
                        Sequences.preparation(
                                client,
                                twins.flavour().isMariaDb(),
                                Twins.Kind.of(seed).allWrites())) {
                    trial.prepare(client, sql);
                }
            }
            return trial.compare(steps);
        } finally {
            twins.release(1);
            twins.release(2);
        }
    }

    private void prepare(int client, String sql) throws IOException {
        for (Side side : List.of(straight.get(client), proxied.get(client))) {
            side.client.send(QUERY, Payload.bytes(sql));
            for (Answer answer : side.client.answers(QUERY)) {
                if (!(answer instanceof Answer.Done) && !(answer instanceof Answer.Rows)) {
                    throw new IllegalStateException(sql + ": " + answer);
                }
            }
        }
    }

    private Optional<Difference> compare(List<Step> steps) throws IOException, SQLException {
        for (int i = 0; i < steps.size(); i++) {
            Optional<Difference> found = take(i, steps.get(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Difference> take(int number, Step step) throws IOException, SQLException {
        return switch (step) {
            case Step.HoldReplica(int replica) -> {
                twins.hold(replica);
                yield Optional.empty();
            }
            case Step.ReleaseReplica(int replica) -> {
                twins.release(replica);
                yield Optional.empty();
            }
            case Step.Crowd(int member, String sql) -> press(number, step, crowd.get(member), sql);
            case Step.Query query -> say(number, step, query.client());
            case Step.Prepare prepare -> say(number, step, prepare.client());
            case Step.Execute execute -> say(number, step, execute.client());
            case Step.LongData data -> say(number, step, data.client());
            case Step.Fetch fetch -> say(number, step, fetch.client());
            case Step.ResetStatement reset -> say(number, step, reset.client());
            case Step.CloseStatement close -> say(number, step, close.client());
            case Step.Command command -> say(number, step, command.client());
        };
    }

    private Optional<Difference> say(int number, Step step, int client) throws IOException {
        Side first = straight.get(client);
        Side second = proxied.get(client);
        Message toFirst = message(first, step);
        Message toSecond = message(second, step);
        if (toFirst == null
                || toSecond == null
                || !first.client.isUsable()
                || !second.client.isUsable()) {
            return Optional.empty();
        }
        first.client.send(toFirst.command(), toFirst.rest());
        second.client.send(toSecond.command(), toSecond.rest());
        List<Answer> one = Comparison.essence(step, first.client.answers(toFirst.command()));
        List<Answer> other = Comparison.essence(step, second.client.answers(toSecond.command()));
        if (!one.equals(other)) {
            return Optional.of(new Difference(number, step, one, other));
        }
        remember(first, step, one);
        remember(second, step, other);
        return Optional.empty();
    }

    /** The crowd is not compared, but it must be served. */
    private static Optional<Difference> press(int number, Step step, RawClient member, String sql)
            throws IOException {
        member.send(QUERY, Payload.bytes(sql));
        List<Answer> answers = member.answers(QUERY);
        boolean served =
                switch (answers.getLast()) {
                    case Answer.Done _, Answer.Rows _ -> true;
                    case Answer.Failed failed -> failed.code() == NO_SUCH_TABLE;
                    case Answer.Closed _, Answer.Silence _, Answer.Prepared _, Answer.Other _ ->
                            false;
                };
        return served
                ? Optional.empty()
                : Optional.of(new Difference(number, step, List.of(), answers));
    }

    private static void remember(Side side, Step step, List<Answer> answers) {
        if (step instanceof Step.Prepare prepare) {
            if (answers.getLast() instanceof Answer.Prepared) {
                side.prepared.put(prepare.name(), side.client.prepared());
            } else {
                side.prepared.remove(prepare.name());
            }
        } else if (step instanceof Step.CloseStatement close) {
            side.prepared.remove(close.name());
        }
    }

    /** The step as bytes; null if it is about a statement that was never prepared. */
    private static @Nullable Message message(Side side, Step step) {
        return switch (step) {
            case Step.Query(int _, String sql) -> new Message(QUERY, Payload.bytes(sql));
            case Step.Prepare(int _, String _, String sql) -> new Message(0x16, Payload.bytes(sql));
            case Step.Execute(int _, String name, var values, boolean types, boolean cursor) ->
                    of(side, 0x17, name, execution(values, types, cursor));
            case Step.LongData(int _, String name, String data) ->
                    of(side, 0x18, name, longData(data));
            case Step.CloseStatement(int _, String name) -> of(side, 0x19, name, new byte[0]);
            case Step.ResetStatement(int _, String name) -> of(side, 0x1A, name, new byte[0]);
            case Step.Fetch(int _, String name, int rows) -> of(side, 0x1C, name, count(rows));
            case Step.Command(int _, int command, String text) ->
                    new Message(
                            command,
                            command == 0x11
                                    ? side.client.changeUser(text)
                                    : text.getBytes(StandardCharsets.ISO_8859_1));
            case Step.HoldReplica _, Step.ReleaseReplica _, Step.Crowd _ -> null;
        };
    }

    private static @Nullable Message of(Side side, int command, String name, byte[] rest) {
        Long id = side.prepared.get(name);
        if (id == null) {
            return null;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        RawClient.fixed(body, id, 4);
        body.writeBytes(rest);
        return new Message(command, body.toByteArray());
    }

    private static byte[] count(int rows) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        RawClient.fixed(body, rows, 4);
        return body.toByteArray();
    }

    /** To the second parameter, the only one that is ever sent so. */
    private static byte[] longData(String data) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        RawClient.fixed(body, 1, 2);
        body.writeBytes(Payload.bytes(data));
        return body.toByteArray();
    }

    private static byte[] execution(List<Parameter> values, boolean types, boolean cursor) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(cursor ? 1 : 0);
        RawClient.fixed(body, 1, 4);
        if (values.isEmpty()) {
            return body.toByteArray();
        }
        int nulls = 0;
        for (int i = 0; i < values.size(); i++) {
            nulls |= values.get(i) instanceof Parameter.Null ? 1 << i : 0;
        }
        body.write(nulls);
        body.write(types ? 1 : 0);
        if (types) {
            values.forEach(value ->
                    RawClient.fixed(body, value instanceof Parameter.Whole ? 0x08 : 0xFD, 2));
        }
        for (Parameter value : values) {
            switch (value) {
                case Parameter.Whole(long number) -> RawClient.fixed(body, number, 8);
                case Parameter.Text(String text) -> {
                    body.write(Payload.bytes(text).length);
                    body.writeBytes(Payload.bytes(text));
                }
                case Parameter.Null _, Parameter.Before _ -> {
                    // Not among the values.
                }
            }
        }
        return body.toByteArray();
    }

    @Override
    public void close() throws IOException {
        for (Side side : straight) {
            side.client.close();
        }
        for (Side side : proxied) {
            side.client.close();
        }
        for (RawClient member : crowd) {
            member.close();
        }
    }
}
