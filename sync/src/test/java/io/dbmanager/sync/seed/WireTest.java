package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final int FULL = 0xFFFFFF;

    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int sequence;

    /** Splits what is too long for one, as a server does. */
    private void packet(byte[] payload) {
        int at = 0;
        int length;
        do {
            length = Math.min(FULL, payload.length - at);
            answer.write(length);
            answer.write(length >> 8);
            answer.write(length >> 16);
            answer.write(++sequence);
            answer.write(payload, at, length);
            at += length;
        } while (length == FULL);
    }

    private void packet(int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        packet(bytes);
    }

    private void column(String name) {
        ByteArrayOutputStream definition = new ByteArrayOutputStream();
        for (String text : List.of("def", "s", "t", "t", name, name)) {
            definition.write(text.length());
            definition.writeBytes(Packed.bytes(text));
        }
        definition.writeBytes(new byte[13]);
        packet(definition.toByteArray());
    }

    private static byte[] rowOf(byte[]... values) {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        for (byte[] value : values) {
            row.write(0xFE);
            for (int i = 0; i < 8; i++) {
                row.write((int) ((long) value.length >> (8 * i)));
            }
            row.writeBytes(value);
        }
        return row.toByteArray();
    }

    private Wire wire(boolean attributes, boolean endIsOk) {
        return new Wire(new ByteArrayInputStream(answer.toByteArray()), sent, attributes, endIsOk);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAreReadWhereTheyStand(boolean endIsOk) throws Exception {
        packet(2);
        column("a");
        column("b");
        if (!endIsOk) {
            packet(0xFE, 0, 0, 2, 0);
        }
        packet(1, 'x', 0xFB);
        packet(0, 3, 1, 2, 3);
        packet(endIsOk ? new int[] {0xFE, 0, 0, 2, 0, 0, 0} : new int[] {0xFE, 0, 0, 2, 0});
        packet(0, 0, 0, 2, 0, 0, 0);
        Wire wire = wire(false, endIsOk);
        List<String> names = new ArrayList<>();

        assertThat(wire.all("SELECT", names))
                .isEqualTo(List.of(Arrays.asList("x", null), List.of("", "\1\2\3")));
        assertThat(names).containsExactly("a", "b");
        assertThat(sent.toByteArray()).isEqualTo(Packed.bytes("\7\0\0\0\3SELECT"));
    }

    @Test
    void aRowOfSeveralPacketsIsPutTogether() throws Exception {
        byte[] huge = new byte[2 * FULL + 5];
        new Random(7).nextBytes(huge);
        packet(1);
        column("a");
        packet(rowOf(huge));
        packet(rowOf(Arrays.copyOf(huge, FULL - 9))); // a full packet and an empty one
        packet(1, 42);
        packet(0xFE, 0, 0, 2, 0, 0, 0);
        List<byte[]> values = new ArrayList<>();

        this.slowly(wire ->
                wire.<SQLException>rows("S", new ArrayList<>(), row -> values.add(row.value(0))));

        assertThat(values.stream().map(value -> value.length))
                .containsExactly(huge.length, FULL - 9, 1);
        assertThat(Arrays.equals(values.get(0), huge)).isTrue();
        assertThat(Arrays.mismatch(values.get(1), huge)).isEqualTo(FULL - 9);
        assertThat(values.get(2)).containsExactly(42);
    }

    private interface Use {
        void of(Wire wire) throws Exception;
    }

    /** What is received comes in pieces of odd sizes. */
    private void slowly(Use use) throws Exception {
        Random sizes = new Random(3);
        use.of(
                new Wire(
                        new FilterInputStream(new ByteArrayInputStream(answer.toByteArray())) {
                            @Override
                            public int read(byte[] into, int from, int length) throws IOException {
                                return super.read(
                                        into, from, Math.min(length, 1 + sizes.nextInt(100_000)));
                            }
                        },
                        sent,
                        false,
                        true));
    }

    @Test
    void longStatementsGoInSeveralPackets() throws Exception {
        packet(0, 0, 0, 2, 0, 0, 0);
        String statement = "x".repeat(FULL - 3);

        var _ = wire(true, true).run(statement);

        byte[] bytes = sent.toByteArray();
        assertThat(bytes).hasSize(4 + FULL + 4);
        assertThat(bytes).startsWith(0xFF, 0xFF, 0xFF, 0, 3, 0, 1, 'x');
        assertThat(bytes).endsWith('x', 0, 0, 0, 1);
    }

    @Test
    void aFileIsSentWhereOneIsLoadedOnly() throws Exception {
        packet(0xFB, 'r');
        sequence++; // the file
        sequence++; // its end
        packet(0, 3, 0, 2, 0, 1, 0);

        assertThat(wire(false, true).load("L", new byte[] {1, 2, 3}))
                .isEqualTo(new Wire.Done(3, 1));
        assertThat(sent.toByteArray())
                .containsExactly(2, 0, 0, 0, 3, 'L', 3, 0, 0, 2, 1, 2, 3, 0, 0, 0, 3);

        sent.reset();
        assertThatThrownBy(() -> wire(false, true).run("L"))
                .isInstanceOf(SQLException.class)
                .hasMessage("the server asked for a file");
        assertThat(sent.toByteArray()).containsExactly(2, 0, 0, 0, 3, 'L', 0, 0, 0, 2);
    }

    @Test
    void whatTheServerRefusesIsToldAsItSaysIt() throws Exception {
        byte[] error = Packed.bytes("\u00ff(\u0004#42000no");
        packet(error);
        Wire refused = wire(false, true);
        assertRefused(refused);

        answer.reset();
        packet(1);
        column("a");
        packet(error);
        assertRefused(wire(false, true));
        assertThatThrownBy(() -> refused.run("S")).hasMessageContaining("closed the connection");
    }

    private static void assertRefused(Wire wire) {
        assertThatThrownBy(() -> wire.all("S", new ArrayList<>()))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> {
                            assertThat(e.getMessage()).isEqualTo("no");
                            assertThat(e.getErrorCode()).isEqualTo(1064);
                            assertThat(e.getSQLState()).isEqualTo("42000");
                        });
    }

    @Test
    void whatCannotBeReadToItsEndIsALostConnection() throws Exception {
        packet(1);
        column("a");
        packet(1, 'x');
        Wire cut = wire(false, true);
        assertThatThrownBy(() -> cut.all("S", new ArrayList<>()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08S01"));

        packet(9, 'x'); // says that it is longer than its packet
        Wire wrong = wire(false, true);
        assertThatThrownBy(() -> wrong.all("S", new ArrayList<>()))
                .hasMessageContaining("not of the protocol");

        packet(0xFE, 0, 0, 2, 0, 0, 0);
        Wire left = wire(false, true);
        assertThatThrownBy(() ->
                        left.<Exception>rows(
                                "S",
                                new ArrayList<>(),
                                row -> {
                                    throw new IllegalStateException("enough");
                                }))
                .hasMessage("enough");
        assertThatThrownBy(() -> left.run("S")).hasMessageContaining("not read to its end");
    }
}
