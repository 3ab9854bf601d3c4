package io.lss.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lss.cli.text.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/** A record as JSON. */
final class RecordText {
    private RecordText() {}

    /** {@return LSN, length, and the payload: as {@code text} if it is UTF-8, else as {@code base64}} */
    static JsonObject json(long lsn, MemorySegment record) {
        byte[] bytes = record.toArray(ValueLayout.JAVA_BYTE);
        JsonObject object = new JsonObject().put("lsn", lsn).put("length", bytes.length);
        try {
            return object.put("text", UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return object.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
