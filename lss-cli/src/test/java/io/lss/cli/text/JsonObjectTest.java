package io.lss.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
    @Test
    void membersKeepTheirOrder() {
        assertEquals(
                "{\"b\":1,\"a\":true,\"c\":null,\"d\":1.5,\"e\":null,\"f\":\"days\"}",
                new JsonObject()
                        .put("b", 1L)
                        .put("a", true)
                        .put("c", null)
                        .put("d", 1.5)
                        .put("e", Double.NaN)
                        .put("f", TimeUnit.DAYS)
                        .toString());
    }

    @Test
    void valuesNest() {
        assertEquals(
                "{\"list\":[1,{\"x\":[]}],\"map\":{\"k\":\"v\"}}",
                new JsonObject()
                        .put("list", List.of(1, new JsonObject().put("x", List.of())))
                        .put("map", Map.of("k", "v"))
                        .toString());
    }

    @Test
    void whatJsonCannotHoldAsItIsIsEscaped() {
        assertEquals(
                "{\"\\\"\":\"a\\\\b\\n\\r\\t\\u0000\\u007f\\u00e4\\ud83d\\ude00\"}",
                new JsonObject().put("\"", "a\\b\n\r\t\0\u007f\u00e4\ud83d\ude00").toString());
    }

    @Test
    void aValueThatIsNoneOfJsonIsRefused() {
        JsonObject object = new JsonObject().put("x", new Object());
        assertThrows(IllegalArgumentException.class, object::toString);
    }
}
