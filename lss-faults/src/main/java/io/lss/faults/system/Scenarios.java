package io.lss.faults.system;

import io.lss.api.WriteMode;
import io.lss.faults.disk.FileSystem;
import java.util.ArrayList;
import java.util.List;

/** All there are. */
final class Scenarios {

    private static final String FIRST_SEGMENT = "seg-0000000000000001.lss";
    private static final String SECOND_SEGMENT = "seg-0000000000000002.lss";

    private static final String[] SEGMENTS = {
        FIRST_SEGMENT, SECOND_SEGMENT, "seg-0000000000000003.lss", "seg-0000000000000004.lss", "seg-0000000000000005.lss"
    };

    private Scenarios() {}

    static List<Scenario> all(List<String> providers) {
        List<Scenario> all = new ArrayList<>();
        for (String provider : providers) {
            ofEither(provider, all);
        }
        ofFileChannel(all);
        if (providers.contains("uring")) {
            ofUring(all);
        }
        all.add(new ForbiddenUring(1));
        all.add(new ForbiddenUring(38));
        all.add(new OddFileSystems("tmpfs"));
        all.add(new OddFileSystems("btrfs"));
        all.add(new OddFileSystems("fuse"));
        return all;
    }

    private static void ofEither(String provider, List<Scenario> all) {
        all.add(new SlowDisk(provider));
        all.add(DiskErrors.sync(provider, "zero"));
        all.add(DiskErrors.sync(provider, provider.equals("uring") ? "fallocate" : "sparse"));
        all.add(DiskErrors.write(provider));
        all.add(DiskErrors.noSpace(provider));
        all.add(new RootError(provider));
        all.add(new Vanished(provider, true));
        all.add(new ShutDown(provider, FileSystem.XFS, "shutdown"));
        all.add(new ShutDown(provider, FileSystem.EXT4, "shutdown"));
        all.add(new ShutDown(provider, FileSystem.EXT4, "error"));
        all.add(FullDisk.atAllocation(Opening.of(provider)));
        all.add(new FileSizeLimit(provider));
        all.add(new LargeSectors(provider));
        all.add(new TwoOpeners(provider));
        all.add(new FewDescriptors(provider));
        all.add(new OomKill(provider));
        for (WriteMode mode : WriteMode.values()) {
            all.add(new Interrupts(provider, mode));
        }
        all.add(CallErrors.of(Opening.of(provider), "fdatasync", 12, "root-1"));
        all.add(CallErrors.of(Opening.of(provider), "pwrite64", 12, "root-0"));
        all.add(CallErrors.of(Opening.of(provider).with("preallocate", "zero"), "pwrite64", 1, SECOND_SEGMENT + ".tmp"));
    }

    private static void ofFileChannel(List<Scenario> all) {
        all.add(DiskErrors.cachedSync());
        all.add(DiskErrors.cachedWrite());
        all.add(new Vanished("filechannel", false));
        all.add(FullDisk.underWrites("tmpfs"));
        all.add(FullDisk.underWrites("ext4"));
        Opening opening = Opening.of("filechannel");
        all.add(CallErrors.of(opening, "fdatasync", 1, SEGMENTS));
        all.add(CallErrors.of(opening.with("direct", "off"), "fdatasync", 1, SEGMENTS));
        all.add(CallErrors.of(opening, "pwrite64", 3, SEGMENTS));
        all.add(CallErrors.of(opening.with("direct", "off"), "pwrite64", 3, SEGMENTS));
        all.add(new RefusedCalls("filechannel", "pwrite64", "EINTR", "2+3"));
        all.add(new RefusedCalls("filechannel", "fdatasync", "EINTR", "2+3"));
    }

    private static void ofUring(List<Scenario> all) {
        all.add(CallErrors.of(Opening.of("uring").with("durable", "pwritev2"), "pwritev2", 3, SEGMENTS));
        all.add(CallErrors.of(Opening.of("uring").with("preallocate", "fallocate"), "fallocate", 1, SECOND_SEGMENT + ".tmp"));
        all.add(new RefusedCalls("uring", "io_uring_enter", "EINTR", "2+3"));
        all.add(new RefusedCalls("uring", "io_uring_enter", "EAGAIN", "2+3"));
        all.add(new OrdinaryUser(64 << 10));
        all.add(new OrdinaryUser(0));
    }
}
