package io.dbmanager.sync.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinlogStateTest {
    @ParameterizedTest(name = "{0} wrote into {1}, primary has {2}: {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    7 | -                  | 0-1-50          | -
                    7 | 0-1-50             | 0-1-50          | -
                    7 | 0-1-50,0-7-51      | 0-1-60          | 0-7-51
                    7 | 0-1-50,0-7-40      | 0-1-60          | 0-7-40
                    7 | 0-7-40,0-1-50      | 0-1-60,0-7-40   | -
                    7 | 0-7-41,0-1-50      | 0-1-60,0-7-40   | 0-7-41
                    7 | 1-7-3,0-17-9       | 0-1-60          | 1-7-3
                    """)
    void showsWhatAReplicaWroteItself(long id, String replica, String primary, String expected) {
        BinlogState state = BinlogState.parse(replica == null ? "" : replica);
        assertThat(state.writtenBy(id, BinlogState.parse(primary)))
                .hasToString(expected == null ? "" : expected);
    }
}
