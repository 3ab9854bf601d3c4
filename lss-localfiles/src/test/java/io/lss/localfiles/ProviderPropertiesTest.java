package io.lss.localfiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProviderPropertiesTest {

    private static ProviderProperties of(Map<String, String> values) {
        return new ProviderProperties("p", values, Set.of("word", "count"));
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        assertEquals("a", of(Map.of()).choice("word", List.of("a", "b")));
        assertEquals(7, of(Map.of()).number("count", 7, 1, 9));
    }

    @Test
    void whatIsGivenIsTaken() {
        assertEquals("b", of(Map.of("word", "b")).choice("word", List.of("a", "b")));
        assertEquals(9, of(Map.of("count", " 9 ")).number("count", 7, 1, 9));
    }

    @Test
    void anUnknownKeyNamesTheKnownOnes() {
        var failure = assertThrows(IllegalArgumentException.class, () -> of(Map.of("wrod", "a")));
        assertEquals("provider p has no property 'wrod'; it has count, word", failure.getMessage());
    }

    @Test
    void aWrongValueNamesTheRightOnes() {
        var word = assertThrows(
                IllegalArgumentException.class, () -> of(Map.of("word", "c")).choice("word", List.of("a", "b")));
        assertEquals("property 'word' of provider p is 'c' and not one of a, b", word.getMessage());
        for (String wrong : List.of("0", "10", "many", "")) {
            var count = assertThrows(
                    IllegalArgumentException.class, () -> of(Map.of("count", wrong)).number("count", 7, 1, 9));
            assertEquals(
                    "property 'count' of provider p is '" + wrong + "' and not a number from 1 to 9",
                    count.getMessage());
        }
    }
}
