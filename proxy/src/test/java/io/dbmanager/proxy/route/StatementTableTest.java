package io.dbmanager.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.sql.Row;
import io.dbmanager.proxy.sql.Sql;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of {@code statements.txt}, on every server it names, in a session that holds nothing.
 */
class StatementTableTest {
    private static final TopologySnapshot TOPOLOGY =
            Servers.of(Servers.replica("dbread1"), Servers.replica("dbread2"));

    static Stream<Row> rows() {
        return Row.all().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isOfItsKindAndGoesWhereItBelongs(Row row) {
        List<SqlContext> servers = Sql.servers(row.servers());
        for (SqlContext server : servers) {
            Statement statement = Sql.classify(row.bytes(), server);
            Route route = RoutingPolicy.route(statement, new FakeSession(), TOPOLOGY, 0);

            String what = row + " on " + server;
            assertThat(statement.kind().word()).as(what).isEqualTo(row.kind());
            assertThat(target(route)).as(what).isEqualTo(row.target());
            assertThat(route.why()).as(what).contains(row.reason());
        }
    }

    @Test
    void isLarge() {
        assertThat(Row.all()).hasSizeGreaterThan(400);
    }

    private static String target(Route route) {
        return switch (route) {
            case Route.ToPrimary _ -> "primary";
            case Route.ToReplica _ -> "replica";
            case Route.LeaveReplica _ -> "leave";
            case Route.Stay _ -> "stay";
            case Route.Reject _ -> "reject";
        };
    }
}
