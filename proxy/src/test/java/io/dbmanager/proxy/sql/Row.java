package io.dbmanager.proxy.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One row of {@code statements.txt}. */
public record Row(
        int line, String servers, String kind, String target, String reason, String written) {
    private static final int COLUMNS = 5;

    public static List<Row> all() {
        try (InputStream in = Row.class.getResourceAsStream("statements.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return parse(text.split("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Row> parse(String[] lines) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isBlank() && !lines[i].startsWith("#")) {
                String[] c = lines[i].split("\\|", COLUMNS);
                rows.add(
                        new Row(
                                i + 1,
                                c[0].strip(),
                                c[1].strip(),
                                c[2].strip(),
                                c[3].strip(),
                                c[4].substring(1)));
            }
        }
        return rows;
    }

    /** The statement's bytes, escapes resolved: all others are the server's own escapes. */
    public byte[] bytes() {
        byte[] from = written.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int i = 0;
        while (i < from.length) {
            char next = i + 1 < from.length ? (char) from[i + 1] : 0;
            if (from[i] != '\\' || "n0xert".indexOf(next) < 0) {
                bytes.write(from[i]);
                i++;
                continue;
            }
            i += 2;
            switch (next) {
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 't' -> bytes.write('\t');
                case '0' -> bytes.write(0);
                case 'x' -> {
                    bytes.write(
                            Integer.parseInt(
                                    new String(from, i, 2, StandardCharsets.US_ASCII), 16));
                    i += 2;
                }
                default -> {}
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return "line " + line + ": " + written;
    }
}
