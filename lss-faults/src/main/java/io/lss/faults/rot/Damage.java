package io.lss.faults.rot;

import java.util.Map;
import java.util.TreeMap;

/**
 * A way to damage a store.
 *
 * @param kind for the table
 * @param text for a message: what is done to which file, where
 * @param change does it
 */
record Damage(String kind, String text, Change change) {

    /** Damages files. The arrays are shared with the undamaged store: whoever changes one puts a new one in its place. */
    @FunctionalInterface
    interface Change {
        void to(Map<String, byte[]> files);
    }

    /** {@return the files after it; the same as before if it changes nothing} */
    Map<String, byte[]> of(StoreImage image) {
        Map<String, byte[]> files = new TreeMap<>(image.files());
        change.to(files);
        return files;
    }
}
