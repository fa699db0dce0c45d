package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlGtidSetTest {
    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "4f11fa47-71ca-11e1-9e33-c80aa9429562";

    private static MySqlGtidSet set(String text) {
        return MySqlGtidSet.parse(text.replace("A:", A + ":").replace("B:", B + ":"));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    A:1                     | A:1
                    A:1-1                   | A:1
                    A:1-3:4-5               | A:1-5
                    A:5:1-3                 | A:1-3:5
                    A:1-3,A:2-7             | A:1-7
                    B:1,A:1                 | A:1,B:1
                    A:1-3:tag:1-5           | A:1-3,A:tag:1-5
                    A:1:Tag:2:_x:3          | A:1,A:_x:3,A:tag:2
                    ' A:1-3 , B:7 '         | A:1-3,B:7
                    A:9223372036854775806   | A:9223372036854775806
                    """)
    void readsAndWritesTheServersForm(String given, String expected) {
        assertThat(set(given)).hasToString(set(expected).toString());
    }

    @Test
    void takesLineBreaksAsTheServerWritesThem() {
        assertThat(MySqlGtidSet.parse(A + ":1-3,\n" + B + ":1"))
                .hasToString(A + ":1-3," + B + ":1");
        assertThat(MySqlGtidSet.parse(A.toUpperCase(java.util.Locale.ROOT) + ":1"))
                .hasToString(A + ":1");
    }

    @Test
    void emptyTextIsTheEmptySet() {
        assertThat(MySqlGtidSet.parse("").isEmpty()).isTrue();
        assertThat(MySqlGtidSet.parse(" \n")).isEqualTo(MySqlGtidSet.empty()).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "A:", "A", "A:0", "A:3-1", "A:1-", "A:tag", "0-1-2", "A:1-2-3"})
    void refusesWhatIsNoSet(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> set(text));
    }

    @ParameterizedTest(name = "{0} minus {1} is {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    A:1-10     | A:1-10      | -
                    A:1-10     | A:3-4       | A:1-2:5-10
                    A:1-10     | A:1-4:8     | A:5-7:9-10
                    A:1-10     | B:1-10      | A:1-10
                    A:1-3,B:1  | A:1-9       | B:1
                    A:1-3      | A:tag:1-3   | A:1-3
                    A:tag:1-3  | A:1-3       | A:tag:1-3
                    A:tag:1-3  | A:tag:2     | A:tag:1:3
                    A:1:5:9    | A:2-8       | A:1:9
                    """)
    void subtracts(String from, String what, String expected) {
        assertThat(set(from).subtract(set(what))).isEqualTo(set(expected == null ? "" : expected));
        assertThat(set(what).contains(set(from))).isEqualTo(expected == null);
    }

    @Test
    void unionKeepsAllAndContainsBoth() {
        MySqlGtidSet union = set("A:1-3:7").union(set("A:4-6,B:1"));
        assertThat(union).isEqualTo(set("A:1-7,B:1"));
        assertThat(union.size()).isEqualTo(8);
        assertThat(union.contains(set("A:1-3:7"))).isTrue();
    }

    @Test
    void doesNotCompareWithTheOtherFlavour() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set("A:1").contains(MariaDbGtidSet.parse("0-1-2")));
    }
}
