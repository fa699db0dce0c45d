package io.dbmanager.app.demo;

import io.dbmanager.common.ServerSpec;
import io.dbmanager.sync.jdbc.Queries;
import io.dbmanager.sync.jdbc.ServerConnector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A small shop for the demo's primary. */
final class SampleData {
    private SampleData() {}

    static void load(ServerSpec primary) throws IOException, SQLException {
        try (Connection connection = new ServerConnector().open(primary)) {
            Queries.runAll(connection, statements());
        }
    }

    private static List<String> statements() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SampleData.class.getResourceAsStream("sample.sql"))) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(script.split(";\n"))
                    .map(String::strip)
                    .filter(sql -> !sql.isEmpty())
                    .toList();
        }
    }
}
