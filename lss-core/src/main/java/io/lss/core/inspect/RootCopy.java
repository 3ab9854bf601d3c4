package io.lss.core.inspect;

import io.lss.core.format.Root;
import io.lss.core.format.RootImage;
import org.jspecify.annotations.Nullable;

/**
 * One of the two root copies as it was found.
 *
 * @param copy 0 or 1
 * @param image what is in it; one that the medium refuses to read is invalid and says so
 */
public record RootCopy(int copy, RootImage image) {

    /** {@return what it says, or null if it says nothing} */
    public @Nullable Root root() {
        return image instanceof RootImage.Valid(Root root) ? root : null;
    }

    /** {@return what is wrong with it; empty if nothing is} */
    public String fault() {
        return switch (image) {
            case RootImage.Absent _ -> "missing";
            case RootImage.Invalid(String reason) -> reason;
            case RootImage.UnknownVersion(int version) -> "format version " + version + ", which this release does not know";
            case RootImage.Valid _ -> "";
        };
    }
}
