package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class PositionTest {
    private static Position.FileOffset at(String file, long offset) {
        return new Position.FileOffset(file, offset);
    }

    @Test
    void filesAreOrderedByTheNumberAtTheirEndAndNotByTheirText() {
        assertThat(at("binlog.000009", 900)).isLessThan(at("binlog.000010", 4));
        assertThat(at("binlog.999999", 4)).isLessThan(at("binlog.1000000", 4));
        assertThat(at("binlog.000009", 900)).isLessThan(at("binlog.000009", 1000));
        assertThat(at("host.name-bin.000002", 4)).isGreaterThan(at("host.name-bin.000001", 4));
    }

    @Test
    void aFileWithoutANumberHasNoPlaceInTheOrder() {
        assertThatIllegalStateException()
                .isThrownBy(() -> at("binlog.index", 4).compareTo(at("binlog.000001", 4)))
                .withMessageContaining("binlog.index");
    }

    @Test
    void printsAsStatusShowsIt() {
        assertThat(at("binlog.000009", 900)).hasToString("binlog.000009:900");
        assertThat(new Position.Gtids(MariaDbGtidSet.parse("0-1-2"))).hasToString("0-1-2");
        assertThat(new Position.Unknown("not seen")).hasToString("unknown (not seen)");
    }
}
