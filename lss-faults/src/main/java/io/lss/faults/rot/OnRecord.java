package io.lss.faults.rot;

import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is on record about a damaged store, as far as it was not damaged itself: the recorded stable LSN, by the roots, segment
 * headers and units that are still what they were. What nothing records any more may be lost with it (docs/FORMAT.md, "where the
 * log ends").
 */
final class OnRecord {

    private final StoreImage image;
    private final List<Part> parts;

    OnRecord(StoreImage image, List<Part> parts) {
        this.image = image;
        this.parts = parts;
    }

    /** {@return the recorded stable LSN} */
    long stableLsn(Map<String, byte[]> damaged) {
        long stable = 0;
        Root root = bestRoot(damaged);
        if (root != null) {
            stable = Math.max(root.stableLsn(), root.predecessorEnd());
        }
        for (Part part : parts) {
            if (part.stable() > stable && isWhole(part, damaged)) {
                stable = part.stable();
            }
        }
        return stable;
    }

    /** {@return the root that is to be believed; null if there is none} */
    static @Nullable Root bestRoot(Map<String, byte[]> files) {
        Root best = null;
        for (int copy = 0; copy < 2; copy++) {
            byte[] bytes = files.get(StoreImage.rootName(copy));
            if (bytes != null
                    && RootDescriptor.decode(bytes) instanceof RootImage.Valid(Root root)
                    && (best == null || root.sequence() > best.sequence())) {
                best = root;
            }
        }
        return best;
    }

    private boolean isWhole(Part part, Map<String, byte[]> damaged) {
        String file = StoreImage.segmentName(part.segment());
        byte[] there = damaged.get(file);
        byte[] was = image.content(file);
        int to = part.kind() == Part.Kind.UNIT_HEADER ? part.unitEnd() : part.to();
        return there != null && there.length >= to && Arrays.equals(there, part.from(), to, was, part.from(), to);
    }
}
